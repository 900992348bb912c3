// SPDX-License-Identifier: BSD-2-Clause
#include "holdout/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

static atomic_int level_now = HO_LOG_WARNING;
// `lock` guards the sink and keeps two messages from mixing.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static ho_log_sink sink_now;
static void *sink_opaque;

static const char *const prefixes[] = {
    [HO_LOG_QUIET] = "", [HO_LOG_ERROR] = "error: ", [HO_LOG_WARNING] = "warning: ",
    [HO_LOG_INFO] = "",  [HO_LOG_DEBUG] = "debug: ",
};

void ho_log_set_level(enum ho_log_level level) { atomic_store(&level_now, (int)level); }
enum ho_log_level ho_log_get_level(void) { return (enum ho_log_level)atomic_load(&level_now); }

void ho_log_set_sink(ho_log_sink sink, void *opaque)
{
    pthread_mutex_lock(&lock);
    sink_now = sink;
    sink_opaque = opaque;
    pthread_mutex_unlock(&lock);
}

void ho_log(enum ho_log_level level, const char *format, ...)
{
    if (level == HO_LOG_QUIET || level > ho_log_get_level())
        return;
    char message[2048];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof(message), format, arguments);
    va_end(arguments);

    pthread_mutex_lock(&lock);
    if (sink_now)
        sink_now(sink_opaque, level, message);
    else
        fprintf(stderr, "holdout: %s%s\n", prefixes[level], message);
    pthread_mutex_unlock(&lock);
}
