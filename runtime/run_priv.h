#ifndef SONDE_RUNTIME_RUN_PRIV_H
#define SONDE_RUNTIME_RUN_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ast/plan.h"
#include "base/vec.h"
#include "probes/probe.h"
#include "runtime/run.h"

struct object;
struct bpf_insn;
struct map_rows;

/* One program as loaded with one pair of types (load.c). */
struct loaded {
	struct loaded *next;           /* of the same prog_desc */
	int prog_type, attach_type, fd;
	uint64_t missed_before;        /* runs skipped while sonde was still attaching */
};

/* A descriptor that holds an attachment (teardown.c). */
struct kept_fd {
	int fd;
	bool slow;
};

/* A program that sonde runs itself (self.c). */
struct self_run {
	const struct prog_desc *prog;
	int prog_fd;
	int timer_fd;                  /* -1: waits for a signal */
	uint64_t period_ns;
	int signo;
};

/* The event ring as mapped (ring.c). */
struct ring {
	int fd;                        /* -1: the script sends no events */
	size_t size;                   /* bytes, a power of two */
	uint64_t *consumer;
	const uint64_t *producer;
	const char *data;              /* size bytes, and the same again behind them */
	size_t mapped;                 /* bytes of that so far: it is mapped as it is read */
};

/* What was known of losses when they were last reported (lost.c). */
struct losses {
	uint64_t *missed;              /* by program: runs that the kernel skipped */
	uint64_t told;                 /* lost events said so far */
};

enum run_end { RUN_ON, RUN_STOP };

struct run {
	const struct program *program;
	const struct plan *plan;
	struct run_options opt;
	int *map_fds;                  /* by number in the object code; -1: not needed */
	bool *was_zeroed; /* by script map: zero() ran, so it is there though it is all zero */
	struct globals *globals;       /* mapped; plan_globals_size() bytes */
	size_t globals_len;            /* of the mapping */
	struct ring ring;
	struct object *object;
	struct loaded **loaded;        /* by program */
	VEC(struct kept_fd) kept;
	VEC(struct self_run) selves;
	struct losses losses;
	int epoll_fd, signal_fd;
	int holder_fd; /* the background holder lets go when this closes; -1: none */
	size_t n_attached;             /* counted as the user does */
	bool ring_is_broken;           /* could not be mapped: said, and reading it was given up */
	bool attach_failed;            /* and missing_probes says that this is an error */
	enum run_end state;
};

/* maps.c: the kernel's maps for those of the plan. */
int maps_create(struct run *run);              /* -errno, and the reason was said */
void maps_free(struct run *run);
void maps_print_all(struct run *run);          /* in order of name; empty scalars are left out */
/* Pages of the event ring as the settings have it, or worked out; 0: cannot be worked out. */
uint64_t ring_pages(const struct settings *s, unsigned n_cpus, uint64_t available_kib);

/* map_rows.c: what a map holds, merged over CPUs. */
struct map_rows {
	char *keys, *values;           /* n of each */
	size_t n, key_size, value_size;
};
/* -errno. A scalar that was never written has no rows. The caller frees with map_rows_done(). */
int map_rows_read(const struct run *run, const struct map_desc *m, struct map_rows *ret_rows);
void map_rows_done(struct map_rows *rows);

/* load.c: object code to programs in the kernel. */
int object_open(const struct program *p, struct object **ret_object); /* -errno */
void object_free(struct object *o);            /* NULL is fine */
int load_all(struct run *run);                 /* -errno, and the reason was said */
void load_free(struct run *run);

/* btf.c */
/* What functions are to the kernel: a program; one that is looked at where it is called (the body of a
 * loop); one that is looked at alone, with any number as its argument (a part of a long body). */
struct function_types {
	uint32_t program, inner, alone;
};
/* Descriptor of BTF with these types, or -errno. */
int btf_for_functions(struct function_types *ret_types);

/* ring.c: events from the kernel. */
int ring_map(struct ring *r, int fd, size_t size); /* -errno */
void ring_unmap(struct ring *r);
/* Hands events on, at most `budget` of them; returns how many. */
size_t ring_drain(struct run *run, size_t budget);
size_t ring_pending(const struct ring *r);     /* bytes not read */

/* events.c: waiting for whatever comes next. */
int events_open(struct run *run);              /* -errno; signals are blocked from here on */
void events_loop(struct run *run);             /* until the run is to end */
void events_drain(struct run *run);            /* to the last event */
void events_close(struct run *run);

/* self.c: programs that sonde runs itself. */
int self_run_once(int prog_fd);                /* -errno */
void self_arm(struct run *run);                /* timers start */
void self_on_timer(struct run *run, struct self_run *self);
void self_on_signal(struct run *run, int signo);

/* lost.c: what went missing. */
void lost_begin(struct run *run);              /* when tracing starts */
void lost_tell(struct run *run);               /* "Lost N events" when there are new ones */
void lost_collect(struct run *run);            /* asks the kernel, when the last program has run */
void lost_report(struct run *run);             /* totals, by probe */
void lost_free(struct run *run);
/* What a program is called in messages. */
const char *prog_title(const struct prog_desc *d);

/* teardown.c */
void teardown_hold(struct run *run); /* slow descriptors: shared with a background process */
void teardown_release(struct run *run);        /* lets go of everything that is kept */

#endif
