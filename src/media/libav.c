// SPDX-License-Identifier: BSD-2-Clause
#include "media/libav.h"

#include <pthread.h>
#include <string.h>

#include <libavutil/log.h>

#include "holdout/log.h"

static void forward(void *context, int level, const char *format, va_list arguments)
{
    if (level > AV_LOG_WARNING || ho_log_get_level() < HO_LOG_DEBUG)
        return;
    char line[1024];
    int print_prefix = 1;
    av_log_format_line2(context, level, format, arguments, line, (int)sizeof line, &print_prefix);
    line[strcspn(line, "\n")] = 0;
    if (line[0])
        ho_log(HO_LOG_DEBUG, "FFmpeg: %s", line);
}

static void set_callback(void) { av_log_set_callback(forward); }

void ho_libav_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, set_callback);
}

const char *ho_libav_error(int error, char text[AV_ERROR_MAX_STRING_SIZE])
{
    if (av_strerror(error, text, AV_ERROR_MAX_STRING_SIZE) < 0)
        strcpy(text, "unknown error");
    return text;
}
