// SPDX-License-Identifier: BSD-2-Clause
// A small fuzzer for every test run, with whatever compiler and sanitizer that has: mutates seeds for some seconds.
// What stops it is kept in a file. run.sh is the thorough one.
//   fuzz_NAME SECONDS SEED...
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 200000, N_SEEDS = 64 };
static struct {
    uint8_t *data;
    size_t size;
} seeds[N_SEEDS];
static int n_seeds;
static uint8_t input[MOST];
static size_t input_size;
static uint32_t state = 1;

static uint32_t roll(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return n ? state % n : 0;
}

static void found(int number)
{
    static const char name[] = "fuzz-found", said[] = "fuzz: the input that stopped it is in the file fuzz-found\n";
    FILE *file = fopen(name, "wb");
    if (file && fwrite(input, 1, input_size, file) == input_size && !fclose(file))
        (void)!write(STDERR_FILENO, said, sizeof(said) - 1);
    signal(number, SIG_DFL);
    raise(number);
}

static void load(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(MOST);
    if (!file || !data || n_seeds == N_SEEDS) {
        fprintf(stderr, "fuzz: %s cannot be read\n", path);
        exit(1);
    }
    seeds[n_seeds].data = data;
    seeds[n_seeds++].size = fread(data, 1, MOST, file);
    fclose(file);
}

// Moves the end of the input from `at` on by `by` bytes.
static void shift(size_t at, long by)
{
    if (by < 0 ? input_size - at < (size_t)-by : input_size + (size_t)by > MOST)
        return;
    if (by < 0)
        memmove(input + at, input + at + (size_t)-by, input_size - at - (size_t)-by);
    else
        memmove(input + at + (size_t)by, input + at, input_size - at);
    input_size = (size_t)((long)input_size + by);
}

static void mutate(void)
{
    static const uint8_t values[] = {0, 1, 0x7f, 0x80, 0xff, '"', '[', ']', '{', '}', ',', '-', '9', 'e'};
    size_t at = roll((uint32_t)input_size), n = 1 + roll(16);
    if (!input_size)
        return;
    switch (roll(7)) {
    case 0: input[at] ^= (uint8_t)(1u << roll(8)); break;
    case 1: input[at] = values[roll(sizeof(values))]; break;
    case 2: input[at] = (uint8_t)roll(256); break;
    case 3: shift(at, -(long)n); break;
    case 4:    // a part once more
        n = n > input_size - at ? input_size - at : n;
        shift(at, (long)n);
        break;
    case 5: {    // a part of another seed
        int other = (int)roll((uint32_t)n_seeds);
        size_t from = roll((uint32_t)seeds[other].size + 1);
        n = n * 4 > seeds[other].size - from ? seeds[other].size - from : n * 4;
        if (input_size + n <= MOST) {
            shift(at, (long)n);
            memcpy(input + at, seeds[other].data + from, n);
        }
        break;
    }
    default: input_size = roll(8) ? input_size : at; break;
    }
}

int main(int argc, char **argv)
{
    for (int i = 2; i < argc; i++)
        load(argv[i]);
    if (!n_seeds)
        return 1;
    signal(SIGABRT, found);
    signal(SIGSEGV, found);
    time_t end = time(NULL) + atoi(argv[1]);
    long n_runs = 0;
    for (; time(NULL) < end; n_runs++) {
        int seed = (int)(n_runs < n_seeds ? n_runs : roll((uint32_t)n_seeds));
        input_size = seeds[seed].size;
        memcpy(input, seeds[seed].data, input_size);
        for (uint32_t k = n_runs < n_seeds ? 0 : 1 + roll(6); k > 0; k--)
            mutate();
        LLVMFuzzerTestOneInput(input, input_size);
    }
    printf("%ld inputs, nothing found\n", n_runs);
    return 0;
}
