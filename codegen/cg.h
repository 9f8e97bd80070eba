#ifndef SONDE_CODEGEN_CG_H
#define SONDE_CODEGEN_CG_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>

#include "ast/node.h"
#include "ast/plan.h"

struct cg;
struct script;
struct unit;

/* The small vocabulary in which builtins and probe kinds make code. Only codegen/ sees llvm-c. */
typedef struct LLVMOpaqueValue *ref;    /* an LLVM value */
typedef struct LLVMOpaqueBasicBlock *cg_block;

/* A value with its type. Scalars (int, bool, pointer) are 64-bit registers, extended by their sign;
 * everything else is the address of type->size bytes. */
struct value {
	ref ref;
	const struct type *type;
};

/* A slot of an aggregation: its address. */
struct cg_slot {
	ref addr;
};

const struct script *cg_script(const struct cg *cg);
struct script *cg_script_mut(struct cg *cg);
const struct unit *cg_unit(const struct cg *cg);
/* The target a per-target body is compiled for (the first one otherwise). */
const struct attach_target *cg_target(const struct cg *cg);

/* -- values -- */
struct value cg_value(ref r, const struct type *t);
struct value cg_expr(struct cg *cg, const struct node *n);         /* evaluates */
/* Evaluates, converted to type t, into memory at dst (t->size bytes, any alignment the plan gave it). */
void cg_expr_into(struct cg *cg, const struct node *n, const struct type *t, ref dst);
struct value cg_convert(struct cg *cg, struct value v, const struct type *t); /* as assignment does */
/* Where the bytes of a value that is no scalar are, as a 64-bit number, in which memory, and how many: for
 * those who want them as they are, behind the end of a text, too. */
ref cg_where(struct cg *cg, const struct node *n, enum addr_space *ret_as, uint32_t *ret_bytes);
ref cg_truth(struct cg *cg, struct value v);                       /* i1: not zero, not empty */

/* -- plain arithmetic on 64-bit registers -- */
ref cg_const(struct cg *cg, uint64_t v);
ref cg_op(struct cg *cg, enum op op, ref a, ref b);               /* ADD SUB MUL DIV MOD BIT_* SHL SHR; unsigned */
/* i1 results; is_signed matters for LT ... GE. */
ref cg_compare(struct cg *cg, enum op op, bool is_signed, ref a, ref b);
ref cg_select(struct cg *cg, ref cond, ref a, ref b);
ref cg_bool(struct cg *cg, ref i1);                                /* i1 to a 64-bit 0 or 1 */
ref cg_not(struct cg *cg, ref i1);
ref cg_extend(struct cg *cg, ref v, unsigned bytes, bool is_signed); /* low bytes of v, extended to 64 bits */
ref cg_as_int(struct cg *cg, ref ptr);                             /* an address as a 64-bit number */

/* -- memory -- */
/* Memory of a program run: the stack when small, else scratch (per CPU and nesting level). align 8. Not
 * zeroed. */
ref cg_temp(struct cg *cg, uint32_t size, const char *name);
ref cg_at(struct cg *cg, ref addr, uint64_t offset);               /* addr + offset */
ref cg_element(struct cg *cg, ref addr, ref index, uint32_t size); /* addr + index * size */
ref cg_load(struct cg *cg, ref addr, uint64_t offset, unsigned bytes, bool is_signed); /* extended to 64 */
void cg_store(struct cg *cg, ref addr, uint64_t offset, unsigned bytes, ref v);
void cg_zero(struct cg *cg, ref addr, uint32_t bytes);
/* Whether the kernel that will run the program is this old or newer. */
bool cg_kernel_since(const struct cg *cg, unsigned major, unsigned minor);
void cg_copy(struct cg *cg, ref dst, ref src, uint32_t bytes);
void cg_atomic_add(struct cg *cg, ref addr, uint64_t offset, ref v); /* 64 bit */
/* The context of the program, and a value in it (direct loads, which the verifier checks). */
ref cg_ctx(struct cg *cg);
ref cg_ctx_load(struct cg *cg, uint64_t offset, unsigned bytes, bool is_signed);
ref cg_globals(struct cg *cg, uint32_t offset);                    /* address in struct globals */
/* Constant data that programs can read: added once for its key (an address of the caller's), which
 * fill() writes; the address of its first byte. */
ref cg_constants(struct cg *cg, const void *key, uint32_t size, void (*fill)(void *to, const void *key));
/* A script pointer or number as an address. */
ref cg_as_ptr(struct cg *cg, ref v);

/* -- blocks by intent -- */
struct cg_fork {
	cg_block no, end;
};
struct cg_fork cg_if(struct cg *cg, ref cond /* i1 */);
void cg_else(struct cg *cg, struct cg_fork *f);
void cg_end(struct cg *cg, struct cg_fork *f);
void cg_leave_unless(struct cg *cg, ref cond /* i1 */);           /* ends the program where cond is false */
/* The run is to end with that exit status (64 bits) when it reads the next event: send one behind this. */
void cg_exit(struct cg *cg, ref code);
void cg_leave(struct cg *cg);  /* returns from the program; code behind it is unreachable but legal */

/* -- the kernel -- */
/* Calls a helper; arguments are registers (64 bit) or addresses. The result is 64 bit. */
ref cg_helper(struct cg *cg, enum bpf_func_id id, unsigned n, ...);
ref cg_helper_ptr(struct cg *cg, enum bpf_func_id id, unsigned n, ...); /* result is an address or NULL */
ref cg_is_null(struct cg *cg, ref ptr);
/* Reads `bytes` at a script address into dst by its address space; what cannot be read is zero. */
void cg_probe_read(struct cg *cg, ref dst, uint32_t bytes, ref addr, enum addr_space as, struct span at);
/* The same for a number of bytes that is known at run time: n, a 64-bit register <= max. */
void cg_probe_read_upto(struct cg *cg, ref dst, uint32_t max, ref n, ref addr, enum addr_space as,
			struct span at);
/* Reads a NUL-terminated text of at most max bytes with its end; the rest of dst (capacity bytes)
 * becomes zero. limit: 64-bit register <= max, or NULL for max. */
void cg_probe_read_str(struct cg *cg, ref dst, uint32_t capacity, uint32_t max, ref limit, ref addr,
		       enum addr_space as, struct span at);
ref cg_map(struct cg *cg, uint32_t number);                        /* PLAN_MAP_*, a map argument of helpers */
/* Counts a helper's failure (negative result) at a place of the script. */
void cg_check(struct cg *cg, enum site_kind kind, const char *helper, const struct map_desc *m, ref result,
	      struct span at);
/* Counts at a site without a helper when cond (i1) is true. */
void cg_count_if(struct cg *cg, enum site_kind kind, struct span at, ref cond);

/* -- maps of the script -- */
/* Whether the element of a map node with key is there: 0 or 1. */
ref cg_map_has(struct cg *cg, const struct node *map);
void cg_map_key(struct cg *cg, const struct node *map, ref *ret_key); /* address of the key */
/* How many elements a map node without key has. */
ref cg_map_len(struct cg *cg, const struct node *map);
/* Deletes the element of a map node with key, or the value of a scalar map; 1 when it was there, else 0. */
ref cg_map_delete(struct cg *cg, const struct node *map);
ref cg_scalar_delete(struct cg *cg, const struct node *map);

/* -- telling user space -- */
/* A new event of the script; fill in what handle() needs. */
struct event_desc *cg_event_new(struct cg *cg, const struct builtin *from, struct span span);
/* Sends it with the arguments (a list of nodes, converted to the members of e->record). */
void cg_event_send(struct cg *cg, const struct event_desc *e, const struct node *args);
/* The same by hand: memory for `size` bytes of arguments at *ret_args. What is emitted up to
 * cg_event_close() runs only when there was room (else the event is counted as lost), and must not leave
 * the program. */
struct cg_fork cg_event_open(struct cg *cg, const struct event_desc *e, uint32_t size, ref *ret_args);
void cg_event_close(struct cg *cg, struct cg_fork *f, ref args);

/* -- texts and algorithms -- */
/* Writes a literal text to dst, zero-filled to capacity. */
void cg_store_text(struct cg *cg, ref dst, const char *text, uint32_t len, uint32_t capacity);
/* Calls a function of codegen/lib/ (linked in when it is used): 64-bit numbers and addresses in, 64 bit out. */
ref cg_lib(struct cg *cg, const char *name, unsigned n, ...);

#endif
