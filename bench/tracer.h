#ifndef BENCH_TRACER_H
#define BENCH_TRACER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A tool that is measured: both take the same options and tell in the same way that they are attached. */
struct tool {
	const char *name;
	const char *path;
};

/* A process that ran to its end. */
struct finished {
	double wall_ns;                /* from fork to the end of the process */
	double cpu_ns;                 /* of it and the kernel for it */
	long rss_kb;                   /* the most memory it had resident */
	char *out, *err;               /* what it wrote; freed by finished_done() */
};
/* Runs a tool with arguments (NULL at the end); a status other than 0 ends the bench. */
void tool_run(const struct tool *t, const char *const args[], struct finished *ret);
void finished_done(struct finished *f);

/* A tool that traces while the bench works. */
struct tracer;

struct traced {
	double attach_ns;              /* from fork to attached */
	double leave_ns;               /* from SIGINT to the end of the process and of its output */
	double gone_ns;                /* from SIGINT to when nothing of it is left, in the background either */
	char *out, *err;               /* results, messages */
};

/* Returns when the probes are attached. The results go to a file in memory. */
struct tracer *tracer_start(const struct tool *t, const char *script);
/* Waits until so many bytes of results were written since the probes were attached, or no more are coming;
 * returns when they grew last (now_ns()). */
double tracer_wait_written(const struct tracer *tr, size_t bytes);
/* Ends it with SIGINT and frees it. */
void tracer_stop(struct tracer *tr, struct traced *ret);
void traced_done(struct traced *t);

/* What the messages say was lost: "Lost N events", added up. */
uint64_t lost_events(const char *err);
/* Counts of all maps and buckets of the results, added up. */
uint64_t map_total(const char *out);

#endif
