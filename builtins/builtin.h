#ifndef SONDE_BUILTINS_BUILTIN_H
#define SONDE_BUILTINS_BUILTIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ast/type.h"

struct LLVMOpaqueValue;
struct cg;
struct cg_slot;
struct diag;
struct event_desc;
struct node;
struct run;
struct script;
struct strbuf;
struct unit;
struct value;
struct output;

/* The half of a row that makes code is left out of the run side, which has no LLVM. */
#ifdef SONDE_RUN_SIDE
#define COMPILE_SIDE(fn) (0 ? (fn) : NULL)
#else
#define COMPILE_SIDE(fn) (fn)
#endif

enum {
	BUILTIN_VALUE = 1,      /* may stand without parentheses: pid, comm */
	BUILTIN_UNSAFE = 2,     /* needs --unsafe */
	BUILTIN_CONTEXT = 4,    /* looks at the event: not in the body of a for */
	/* Looks at it only where a probe gives GIVES_USERMODE, elsewhere a constant; loops find it worked out. */
	BUILTIN_USERMODE = 2048,
	BUILTIN_PER_TARGET = 8, /* differs from target to target: the body is compiled for each */
	BUILTIN_TARGET = 256,   /* tells the target: shared bodies need a kind that knows it (tells_target) */
	BUILTIN_STATEMENT = 16, /* value may be dropped silently */
	BUILTIN_EFFECT = 32,    /* changes something: must run once, in order */
	BUILTIN_COMPTIME = 64,  /* the first argument may be a string literal of any length */
	BUILTIN_LITERALS = 512, /* so may all arguments */
	BUILTIN_PROBE = 1024,   /* about the probe: not in functions, as CONTEXT, PER_TARGET and TARGET are not */
	BUILTIN_WORDS = 128,    /* arguments may be bare words: kstack(perf), nsecs(boot), pid(init) */
	BUILTIN_EXIT = 4096,    /* ends the program: what stands behind it is never reached */
	BUILTIN_TEXT = 8192,    /* of a literal or a parameter of the script it is the text: str() */
	BUILTIN_NO_KEY = 16384, /* of no use when the program has ended: no part of a key */
	BUILTIN_STACK = 32768,  /* a stack: no type of a parameter takes one */
};

/* What an aggregation is: kernel side one slot per CPU (and bucket), user side merging and printing. */
struct agg {
	const char *type_name;         /* "count_t" */
	const char *unsigned_type_name; /* "usum_t"; NULL: the same */
	uint32_t slot_size;            /* bytes of one slot of one CPU */
	bool is_castable;              /* can be read as an integer */
	bool is_bucketed;              /* one slot for each bucket, all zero while it is empty */
	uint32_t used_at;              /* bucketed: offset of 64 bits of a slot, zero only while it is empty */
	const char *params_clash;      /* said when the parameters of a map differ; NULL: it has none */
	/* Number of buckets of a type. */
	uint32_t (*n_buckets)(const struct type *t);
	/* Kernel side. Bucket number (64 bit) of a call, bucketed ones only; *by (nothing at first) is what
	 * emit_update() gets. */
	struct value (*emit_bucket)(struct cg *cg, const struct node *call, struct value *by);
	/* Adds a call to the slot of this CPU. value: the first argument, evaluated, or nothing; bucketed:
	 * what emit_bucket() made of it. May be called several times for one call. */
	void (*emit_update)(struct cg *cg, const struct type *t, struct cg_slot *slot, struct value value);
	/* Kernel side: adds one CPU's slot to an accumulator of slot_size bytes. NULL: cannot be read. */
	void (*emit_merge)(struct cg *cg, const struct type *t, struct cg_slot *acc, struct cg_slot *slot);
	/* As what one that is no integer is printed alone; NULL: it is not. */
	const struct type *(*shown_as)(struct script *s, const struct type *t);
	/* An accumulator as an integer, or as shown_as says. */
	struct value (*emit_result)(struct cg *cg, const struct type *t, struct cg_slot *acc);
	/* User side. Adds one CPU's slot to acc (both slot_size bytes); NULL: 64-bit counts add up. */
	void (*merge)(const struct type *t, void *acc, const void *slot);
	/* The merged slot as text, divided by div; NULL for bucketed ones. */
	void (*format)(struct output *o, const struct type *t, const void *acc, int64_t div, struct strbuf *out);
	/* Order of a merged slot among others: smaller ones are printed first. NULL: by the bytes of the
	 * keys. */
	__int128 (*rank)(const struct type *t, const void *acc);
	/* Bucketed: a number that all keys of a map are shown by, from the merged slots of one after the
	 * other; so_far is 0 at first. NULL: none is needed. */
	uint64_t (*survey)(const struct type *t, const void *slots, uint64_t so_far);
	/* Bucketed: the merged slots of one key (n_buckets of them), lines each with its end, the blank one
	 * behind them included. surveyed: what survey() found. */
	void (*format_buckets)(struct output *o, const struct type *t, const void *slots, uint64_t surveyed,
			       int64_t div, struct strbuf *out);
};

/* A builtin value or function: one file of builtins/, one row. */
struct builtin {
	const char *name;
	/* "type(arg, arg?, ...)". Types: void int uint int8 ... uint64 bool string ptr any map ksym ...;
	 * arguments besides: lit_int, lit_string (literals), int_or_ptr. '?': may be missing;
	 * "..." last: any number. The result "own" is set by check(). */
	const char *sig;
	const char *doc;               /* a sentence or two for the manual and --help */
	unsigned flags;                /* BUILTIN_* */
	const char *behind;            /* what its value has behind the name, for hints: ".NAME"; NULL: nothing */
	/* After arguments were counted and typed, and whenever types changed: sets call->type (result "own"),
	 * refuses what the signature cannot say. 0, or -1 with diags. call is a NODE_call or NODE_name. */
	int (*check)(struct script *s, struct unit *u, struct node *call);
	/* A value that is known when the script is compiled: makes *ret_literal (zeroed; kind and value) what
	 * takes the place of the call, a text only in comparisons and behind comptime. is_settled: the types of
	 * the arguments, NULL before they are known, will not change any more. 0, or -1: not known. */
	int (*known)(struct script *s, const struct unit *u, const struct node *call, bool is_settled,
		     struct node *ret_literal);
	struct value (*emit)(struct cg *cg, const struct node *call);
	/* A value that needs memory is written to dst (call->type->size bytes) instead. */
	void (*emit_into)(struct cg *cg, const struct node *call, struct LLVMOpaqueValue *dst);
	/* User side of an event this builtin sends. */
	void (*handle)(struct run *run, const struct event_desc *e, const void *args);
	const struct agg *agg;         /* an aggregation: emit is not used */
	const struct value_kind *kind; /* of its values, when scripts may write the name of the type */
};

const struct builtin *builtin_at(size_t i);                 /* all of them, by file; NULL behind the last */
const struct builtin *builtin_find(const char *name);
const char *builtin_absent(size_t i);                       /* names of the language that this version has not; NULL behind the last */

/* Checks a typed call (NODE_call, or NODE_name for a bare value) against its row: number and types of the
 * arguments by the signature, then the row's check(). Sets call->type (and call->as for what points to
 * memory). 0, or -1 with diags. */
int builtin_check(struct script *s, struct unit *u, struct node *call);

/* Whether a call (NODE_call or NODE_name) has as many arguments as its row takes. */
bool builtin_has_all(const struct node *call);
/* Whether argument i is a map by name (print, clear, has_key ...): from the signature. */
bool builtin_takes_map(const struct builtin *b, unsigned i);
/* Whether it can be nothing else. */
bool builtin_needs_map(const struct builtin *b, unsigned i);

/* The type as which a value travels to be printed; aggregations as what is read of them. */
const struct type *builtin_shown_type(struct script *s, const struct type *t);

/* A number is needed where a value of type t stands: how the script gets one from it, as a hint. */
void builtin_hint_number(struct script *s, struct diag *d, const struct type *t);

/* The name a call was made by: of a row "arg#" the one with its number. */
const char *builtin_call_name(const struct node *call);

/* Whether a typed expression is `args`, or "*args": not a value in memory but what the probe offers. */
bool builtin_is_context(const struct node *n);

/* Arguments of a call by number, NULL when missing (a bare name has none). */
struct node *builtin_arg(const struct node *call, unsigned n);

#endif
