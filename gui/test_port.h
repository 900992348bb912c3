// SPDX-License-Identifier: BSD-2-Clause
// --test-port: tests ask on standard input, one line each, and are answered on standard output when all that was sent
// before has arrived and is drawn:
//   where NAME[/PART]   at X Y, in the window: the middle of a widget of that name, or of what it has drawn there
//   state               one line of JSON: page, playhead, objects, jobs, what was said
//   paint               paint MILLISECONDS N, of the frames since the last one
//   stalls              stalls SECONDS, the longest since the last one
//   settle              settle, when nothing runs any more
//   quit
#ifndef GUI_TEST_PORT_H
#define GUI_TEST_PORT_H

#include "app.h"

void test_port_start(struct app *app);
void test_port_say(const char *format, ...) G_GNUC_PRINTF(1, 2);    // only where there is a port

#endif
