#ifndef SONDE_CODEGEN_CG_PRIV_H
#define SONDE_CODEGEN_CG_PRIV_H

#include <llvm-c/Core.h>
#include <llvm-c/Target.h>
#include <llvm-c/TargetMachine.h>

#include "ast/script.h"
#include "base/vec.h"
#include "codegen/cg.h"

/* Memory on the BPF stack that temporary values share; all frames of a program have 512 bytes. */
enum { STACK_MAIN = 224, STACK_CALLBACK = 96, STACK_SPLIT = 48, FRAME_SPLIT = 160, FRAME_TIGHT = 80 };

/* A loop around the statement being emitted. Loops with a body of their own (callbacks) leave it by
 * returning: break_to and continue_to are blocks that do that. */
struct loop {
	struct loop *up;
	LLVMBasicBlockRef break_to, continue_to;
};

/* A call of a function of the script, while its body is emitted. */
struct inlined {
	struct inlined *up;
	struct function *f;            /* where the call stands; `return` may stand in a loop body below it */
	const struct variable *result; /* NULL: void */
	LLVMBasicBlockRef end;         /* behind the body */
};

/* A program; the body of a loop that the kernel calls; some statements of a long body (split.c); what such statements repeat. */
enum function_kind { FUNCTION_PROGRAM, FUNCTION_CALLBACK, FUNCTION_PART, FUNCTION_LEAF };

/* What belongs to one function of the object. */
struct function {
	enum function_kind kind;
	struct function *up;           /* whose loop this is the body of, or part of; NULL: a program */
	struct function *root;         /* the program or part whose frame this sees; itself if it is one */
	LLVMValueRef fn;
	LLVMBasicBlockRef entry;       /* allocas only */
	LLVMBasicBlockRef start;       /* callbacks and parts: behind the entry */
	LLVMBasicBlockRef resume;      /* where code goes on when a callback or part is done */
	LLVMBasicBlockRef leave;       /* where "leave the program" goes */
	LLVMValueRef ret;              /* alloca: what the program returns */
	LLVMValueRef ctx;              /* of the program; callbacks have none */
	LLVMValueRef outer;            /* of a part: the frame of the program */
	LLVMBasicBlockRef returned;    /* of a part: where "leave the function of the script" goes */
	bool uses_context, uses_outer;
	LLVMValueRef scratch;          /* alloca: address of the scratch entry's memory */
	LLVMValueRef entry_number;     /* alloca: number of the scratch entry, 32 bits */
	LLVMValueRef stack;            /* alloca of bytes: temporary values */
	LLVMValueRef frame;            /* address of what callbacks see of the program */
	uint32_t frame_used, frame_top; /* bytes; of the root */
	bool uses_frame;               /* the root */
	uint32_t stack_used, stack_top, stack_limit;
	struct loop *loops;
};

/* Statements of a long body as a function; there when it was emitted. */
struct part {
	LLVMValueRef fn;
	/* It may leave the program, the function of the script, the loop around it, this turn of it. */
	bool leaves, returns, breaks, continues;
	bool uses_context, uses_outer;
};

/* The frame: a few words, then the captured variables. LEFT: a body wants the program to be left, or only
 * the function of the script that it is in. OUTER: of a part, the frame of the program. */
enum { FRAME_SCRATCH = 0, FRAME_RET = 8, FRAME_LEFT = 16, FRAME_OUTER = 24, FRAME_VARS = 32 };
enum { LEFT_NOTHING, LEFT_PROGRAM, LEFT_FUNCTION };

/* What a split program does with a map, as functions; NULL: none so far. by: type of what update() adds. */
struct map_functions {
	LLVMValueRef lookup, update;
	const struct type *by;
};

/* Where in the rodata something stands. */
struct constants {
	const void *key;
	uint32_t at;
};

enum { SITE_BUCKETS = 1024 };

struct cg {
	struct script *s;
	struct unit *u;
	struct function *f;
	struct inlined *inlined;       /* innermost call around what is emitted; NULL: none */
	LLVMContextRef c;
	LLVMModuleRef m;
	LLVMBuilderRef b;
	LLVMTargetMachineRef tm;
	LLVMTypeRef i1, i8, i16, i32, i64, ptr;
	LLVMTypeRef pseudo_type;
	LLVMValueRef pseudo;           /* llvm.bpf.pseudo */
	unsigned functions;            /* that this program has besides its own, for names */
	bool is_split;                 /* this program has parts */
	struct map_functions *map_functions; /* of a split program, by map */
	unsigned n_map_functions;
	LLVMValueRef checks, find_scratch; /* functions of a split program; NULL: none so far */
	uint32_t part_entry, part_result; /* where in scratch: number of the entry; what the program returns */
	uint32_t vars_on_stack;        /* bytes of variables with an alloca that stays */
	uint32_t scratch_used;         /* bytes of temporary values in scratch right now */
	uint32_t scratch_top;          /* the most that were used in this program */
	bool uses_scratch;
	VEC(struct span) whiles;       /* of this program */
	bool has_jumps_back;           /* a loop of several blocks somewhere in the module */
	bool is_tight;                 /* second attempt: the stack is left to LLVM */
	bool is_too_deep;              /* the stack does not hold it, in this unit */
	const struct unit *deep;
	bool refused;                  /* LLVM said no; a diag was recorded, if it is not the stack */
	uint32_t lib_used;             /* bit i: lib_files[i] is called */
	VEC(struct event_desc *) events;
	VEC(struct site_desc) sites;
	VEC(uint32_t) next_site;       /* by site, in its bucket; numbers plus one, 0: none */
	uint32_t site_buckets[SITE_BUCKETS];
	VEC(char) rodata;
	VEC(struct constants) constants;
	struct cg *next_wreck;         /* for module.c: what a jump out of LLVM left behind */
	const void *last_words;        /* the text LLVM made for it */
};

/* Where a variable lives: in a register (an alloca that goes away), on the stack, in the frame, in scratch. */
struct var_slot {
	enum { SLOT_ALLOCA, SLOT_FRAME, SLOT_SCRATCH } where;
	LLVMValueRef alloca, fn;       /* fn: the function that has the alloca */
	uint32_t offset;
	unsigned function;             /* that used it last, for split.c */
	bool ends_while;               /* for split.c, too: tells when a while is done */
};

/* module.c */
LLVMValueRef function_new(struct cg *cg, const char *name, LLVMTypeRef type);
void cg_use_lib(struct cg *cg, const char *function);

/* program.c */
void program_emit(struct cg *cg, struct unit *u);
/* A function of the object that belongs to the program at hand. */
LLVMValueRef inner_function(struct cg *cg, const char *name, LLVMTypeRef type);
/* Opens the body of a loop as a function of its own, and closes it again. */
void callback_begin(struct cg *cg, struct function *f, LLVMTypeRef type, unsigned frame_param);
void callback_end(struct cg *cg);
/* Whether what statements repeat is called here, as the body is long, and not written again. */
bool wants_leaf(const struct cg *cg);
/* Opens a function that works on its arguments and the stack alone, and closes it behind its last return. */
void leaf_begin(struct cg *cg, struct function *f, const char *what, LLVMTypeRef type);
void leaf_end(struct cg *cg);
/* Opens a part. When its code is there, with all its returns, part_end() goes back to where it is called. */
void part_begin(struct cg *cg, struct function *f);
void part_end(struct cg *cg);
LLVMTypeRef part_type(struct cg *cg);
/* What the program will return. */
void result_store(struct cg *cg, LLVMValueRef v);
LLVMValueRef variable_alloca(struct cg *cg, const struct variable *v);
LLVMValueRef frame_address(struct cg *cg, uint32_t offset);
LLVMValueRef program_frame_address(struct cg *cg, uint32_t offset);
/* Room in the frame up to the end of the statement; returns where. */
uint32_t frame_reserve(struct cg *cg, uint32_t size);
/* A variable of a call of a function of the script gets a place when the call begins, those of probes at once. */
void variable_place(struct cg *cg, struct variable *v);
void variable_release(struct cg *cg, const struct variable *v);
/* Room in scratch, for as long as the program runs or up to temps_release(); returns where. Too much is a diag. */
enum { SCRATCH_BYTES = 64 << 20 };
uint32_t scratch_reserve(struct cg *cg, uint32_t size);
LLVMValueRef scratch_address(struct cg *cg, uint32_t offset);

/* helper.c */
/* A function of the program that looks a key up in a map, and a call of it, for programs with many look-ups: the kernel writes
 * every look-up out when it loads a program, and moves all that is behind for each. */
LLVMValueRef find_function(struct cg *cg, uint32_t number);
LLVMValueRef call_find(struct cg *cg, LLVMValueRef fn, LLVMValueRef key);
/* Where in the globals a failure of that kind at that place is counted; a failure (a negative result) is counted there. */
LLVMValueRef site_count(struct cg *cg, enum site_kind kind, const char *helper, const struct map_desc *m, struct span at);
void site_check(struct cg *cg, LLVMValueRef result, LLVMValueRef count);
/* The address of a text and its end in constant data; zero up to a multiple of 8. */
LLVMValueRef text_constant(struct cg *cg, const char *text, uint32_t len);

/* value.c */
LLVMValueRef entry_alloca(struct cg *cg, LLVMTypeRef t, const char *name);
LLVMBasicBlockRef block_new(struct cg *cg, const char *name);
void block_start(struct cg *cg, LLVMBasicBlockRef b);
void branch(struct cg *cg, LLVMBasicBlockRef to);
void branch_if(struct cg *cg, LLVMValueRef cond, LLVMBasicBlockRef yes, LLVMBasicBlockRef no);
struct temp_mark {
	uint32_t stack, scratch, frame;
};
struct temp_mark temps_mark(const struct cg *cg);
void temps_release(struct cg *cg, struct temp_mark mark); /* what was made since the mark */
struct value value_load(struct cg *cg, LLVMValueRef addr, const struct type *t);
void value_store(struct cg *cg, LLVMValueRef addr, const struct type *t, struct value v);
LLVMValueRef ref_i64(struct cg *cg, LLVMValueRef r);
/* i1: the first `bytes` bytes at two addresses are the same. */
LLVMValueRef bytes_equal(struct cg *cg, LLVMValueRef a, LLVMValueRef b, uint32_t bytes);
/* The same against a literal text, zero behind its len bytes. */
LLVMValueRef bytes_equal_text(struct cg *cg, LLVMValueRef a, const char *text, uint32_t len, uint32_t bytes);

/* expr.c */
struct value operate(struct cg *cg, const struct node *n, enum op op, struct value l, struct value r,
		     const struct type *result);
LLVMValueRef variable_address(struct cg *cg, const struct variable *v);
struct value variable_value(struct cg *cg, const struct variable *v);

/* An integer times the size of what a pointer of that type points to. */
LLVMValueRef scaled(struct cg *cg, const struct type *pointer, LLVMValueRef by);

/* access.c: NODE_field, NODE_index, NODE_element and "*" */
struct value access_emit(struct cg *cg, const struct node *n);
/* A struct or array straight to dst (n->type->size bytes); false: of another type, nothing was emitted. */
bool access_emit_into(struct cg *cg, const struct node *n, LLVMValueRef dst);

/* stmt.c */
void statement_emit(struct cg *cg, const struct node *n);
void body_emit(struct cg *cg, const struct node *block);
void statements_emit(struct cg *cg, const struct node *block); /* of the block, even if it is a part */

struct value inlined_emit(struct cg *cg, const struct node *n);
/* Leaves the function of the script around this, from wherever in it. Code behind it is unreachable. */
void inlined_leave(struct cg *cg);

/* stack.c */
/* What functions of the object code take at a time, in the program that takes most, and what they may take. */
enum { STACK_BYTES = 512, STACK_FUNCTIONS = 8, MAX_FUNCTIONS = 256 };
struct stack_use {
	uint32_t bytes, functions;
	uint32_t program;              /* its number */
	uint32_t all, all_of;          /* functions of the program that has most, and its number */
};
struct stack_use stack_use(const char *elf);

/* split.c */
/* Cuts a long body in parts and marks the variables that several functions use; whether it did. */
bool split_body(struct cg *cg, struct unit *u);
/* The statement of the script that becomes the most code, as far as weights tell; NULL: there is none. */
const struct node *heaviest_statement(const struct script *s);
/* Cuts blocks of thousands of instructions. */
void cut_blocks(struct cg *cg);
/* Calls a part; makes it the first time. */
void part_emit(struct cg *cg, const struct node *block);

/* loop.c */
void for_map_emit(struct cg *cg, const struct node *n);
void for_range_emit(struct cg *cg, const struct node *n);

/* map.c */
struct value map_read(struct cg *cg, const struct node *n);
void map_assign(struct cg *cg, const struct node *target, const struct node *value);
/* target = target op value, or ++/--; ret_old, ret_new (may be NULL): before and after. */
void map_modify(struct cg *cg, const struct node *target, enum op op, struct value by,
		const struct node *at, LLVMValueRef *ret_old, LLVMValueRef *ret_new);
void map_assign_op(struct cg *cg, const struct node *n); /* @x op= e */
/* The castable aggregation of an element, over all CPUs; key: its address, or NULL for a scalar. */
struct value agg_read(struct cg *cg, const struct map_desc *m, LLVMValueRef key);
LLVMValueRef map_ref(struct cg *cg, const struct map_desc *m);

#endif
