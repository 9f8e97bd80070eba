#ifndef BENCH_COMPILE_H
#define BENCH_COMPILE_H

#include <stdbool.h>

struct tool;

/* How the time of a script grows with its statements. */
void compile_measure(const struct tool *peer, const struct tool *sonde, bool quick);
void compile_print(void);              /* nothing when nothing was measured */

#endif
