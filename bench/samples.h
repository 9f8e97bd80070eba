#ifndef BENCH_SAMPLES_H
#define BENCH_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

/* What was measured again and again. Zeroed is empty; more than MAX_SAMPLES ends the program. */
enum { MAX_SAMPLES = 4096 };
struct samples { double *v; size_t n; };

void samples_add(struct samples *s, double v);
double samples_median(const struct samples *s);   /* sorts a copy; there must be one at least */
double samples_min(const struct samples *s);
double samples_max(const struct samples *s);
void samples_done(struct samples *s);             /* leaves it empty */

double now_ns(void);                              /* monotonic */
/* Says what is wrong and ends the program: a bench that goes on would show wrong figures. */
_Noreturn void die(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
