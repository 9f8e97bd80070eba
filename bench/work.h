#ifndef BENCH_WORK_H
#define BENCH_WORK_H

#include <stdint.h>

/* The work that is traced: getppid() again and again, on the last CPU. It is done by the bench itself, so
 * that nothing has to be told to start. */

void work_pin(void);           /* this process to the last CPU */
void work_make_room(void);     /* this process to the other CPUs, if there are any: for the tools */
void work_unpin(void);         /* this process to all CPUs */

/* Nanoseconds a call; the median of batches, so that what interrupts some of them does not count. */
double work_cost(uint64_t calls);
/* Calls for so long, evenly at this rate or, with 0, as fast as it goes; returns how many. */
uint64_t work_for(double seconds, double calls_per_s);

#endif
