// SPDX-License-Identifier: BSD-2-Clause
// One source, compiled for the baseline and for AVX2, chosen when the program starts. FMA is left out and contraction
// is off (C17 mode), so both give the same bits.
#ifndef HO_IMAGE_CLONES_H
#define HO_IMAGE_CLONES_H

// Sanitizers start too late for the resolvers that choose.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HO_NO_CLONES
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__x86_64__) || !defined(__linux__)
#define HO_NO_CLONES
#endif

#ifdef HO_NO_CLONES
#define HO_CLONES
#else
#define HO_CLONES __attribute__((target_clones("avx2", "default")))
#endif

// For functions that other files call: clang 14 gives their choosers names that other files do not find, so there they
// are the baseline alone.
#ifdef __clang__
#define HO_CLONES_SHARED
#else
#define HO_CLONES_SHARED HO_CLONES
#endif

#endif
