#ifndef SONDE_AST_PLAN_H
#define SONDE_AST_PLAN_H

#include <linux/bpf.h>

#include "ast/settings.h"
#include "ast/type.h"
#include "base/span.h"

struct builtin;
struct probe_kind;

/* What a script became: plain data, decided once. Codegen obeys it, the run side reads it. */

/* A map of the script. How it is kept:
 *   scalar, plain value    a slot in the globals: 8 bytes "is set", then the value
 *   scalar, aggregation    a per-CPU array: one entry (see agg->slot_size), or one per bucket
 *   keyed, plain value     a hash
 *   keyed, aggregation     a per-CPU hash; bucketed ones have key (user key, 64-bit bucket number) */
struct map_desc {
	const char *name;              /* without '@' */
	const struct type *key;        /* NULL: scalar */
	const struct type *value;      /* TYPE_AGG: value->agg merges and prints the slots */
	uint32_t index;                /* in plan->maps */
	enum bpf_map_type bpf_type;    /* BPF_MAP_TYPE_UNSPEC: lives in the globals */
	uint32_t key_size, value_size; /* bytes, as the kernel has them (a bucket number included) */
	uint32_t max_entries;
	uint32_t map_flags;
	uint32_t slot;                 /* offset in the globals */
	struct span first_use;
	bool is_declared;              /* `let @x = hash(N)` */
};

/* Something a program tells user space. Record: 8 bytes (low 32: index in plan->events), then the
 * arguments laid out as the tuple `record`. */
struct event_desc {
	const struct builtin *from;    /* its `handle` is called with the arguments */
	uint32_t index;
	uint32_t size;                 /* bytes of its arguments */
	const struct type *record;     /* tuple; NULL: no arguments */
	const char *text;              /* format or other literal, may hold NULs */
	uint32_t text_len;
	const struct map_desc *map;    /* print(@x), clear(@x) ... */
	int64_t param[TYPE_PARAMS];
	struct span span;
};

/* A place in a program that counts what went wrong there: two 64-bit words in the globals, how often
 * and the last result. Reported at the end. */
enum site_kind {
	SITE_MAP_UPDATE,               /* param of helper: map is full, or the update failed */
	SITE_DIVISION,                 /* divided by zero; 1 was used */
	SITE_BOUNDS,                   /* array index out of bounds; 0 was used */
	SITE_HELPER,                   /* another helper failed */
	SITE_STACK,                    /* no stack could be read; helper: "kstack" or "ustack" */
	SITE_LOOP,                     /* a range too long for the kernel */
};

struct site_desc {
	enum site_kind kind;
	const char *helper;            /* without "bpf_": "map_update_elem"; NULL: none */
	const struct map_desc *map;    /* SITE_MAP_UPDATE */
	struct span span;
};

/* One event that a program is attached to. */
struct attach_target {
	const struct probe_kind *kind;
	const char *name;              /* "tracepoint:sched:sched_switch" (spec/probes.md 4) */
	const char *label;             /* name= given by the user, else NULL */
	const char *path;              /* binary, module or category; NULL: none */
	const char *function;          /* function, event, signal; NULL: none */
	const char *unit;              /* of count: "hz", "ms" ... */
	uint64_t offset, address;
	uint64_t count;                /* period or frequency */
	int64_t id;                    /* the kind's own: number of the syscall, perf type ... */
	struct span span;
};

struct prog_desc {
	const struct probe_kind *kind;
	const char *name;              /* symbol of the function, for people, too: "kprobe_vfs_read_1" */
	const char *section;           /* "p0", "p1" ... */
	uint32_t index;
	enum bpf_prog_type prog_type;  /* chosen by the kind's decide(); load() may try another */
	enum bpf_attach_type attach_type;
	const struct attach_target *targets;
	size_t n_targets;
	int32_t how;                   /* the kind's own: which of its ways to attach */
	bool uses_context;
	bool has_functions;            /* needs BTF with func_info */
	bool has_for;                  /* over a map or a range: nobody knows how often */
	bool has_loops;                /* of statements that send events, perhaps */
	const struct span *whiles;     /* where its `while` loops stand */
	size_t n_whiles;
	struct span span;
};

/* The globals: one array element, mapped by user space.
 *   struct globals; uint64_t lost[n_progs]; uint64_t no_scratch[n_progs]; scalars;
 *   struct site_count[n_sites] (last, as codegen finds them while it goes) */
struct globals {
	uint32_t enabled;              /* programs other than begin and end leave at once while 0 */
	uint32_t exiting;              /* exit() ran */
	int64_t exit_code;             /* of the last exit() */
	uint64_t start_ns;             /* boot clock when tracing began, for elapsed */
	uint64_t tai_offset;           /* nanoseconds from the boot clock to TAI, for nsecs(sw_tai) */
};
struct site_count {
	uint64_t count;
	int64_t last;
};

/* Maps that are not the script's: their numbers in load instructions of the object code. */
enum { PLAN_MAP_GLOBALS, PLAN_MAP_RODATA, PLAN_MAP_RING, PLAN_MAP_SCRATCH, PLAN_MAP_FIRST };

/* Scratch memory: entry (cpu * SCRATCH_LEVELS + level), 8 bytes "busy" first. */
enum { SCRATCH_LEVELS = 4, SCRATCH_HEADER = 8 };

struct plan {
	struct map_desc **maps;
	struct event_desc **events;
	struct prog_desc **progs;
	struct site_desc *sites;
	size_t n_maps, n_events, n_progs, n_sites;
	uint32_t scalars_size;         /* bytes of all scalar slots */
	uint32_t scratch_size;         /* bytes of one scratch entry without its header; 0: none */
	const void *rodata;
	uint32_t rodata_size;          /* 0: none */
	struct settings settings;
};

uint32_t plan_lost_at(const struct plan *p, uint32_t prog);       /* offset in the globals */
uint32_t plan_no_scratch_at(const struct plan *p, uint32_t prog);
uint32_t plan_site_at(const struct plan *p, uint32_t site);
uint32_t plan_scalars_at(const struct plan *p);
uint32_t plan_globals_size(const struct plan *p);

#endif
