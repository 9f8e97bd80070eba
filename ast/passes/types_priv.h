#ifndef SONDE_AST_PASSES_TYPES_PRIV_H
#define SONDE_AST_PASSES_TYPES_PRIV_H

#include "ast/node.h"
#include "ast/type.h"
#include "base/diag.h"

struct script;
struct unit;

/* What the type pass knows while it goes over a script. */
struct typer {
	struct script *s;
	struct unit *u;
	struct diags *real;            /* those that somebody reads, in every round */
	bool changed;                  /* a type became known or larger in this round */
	bool has_new_sizes;            /* sizeof and its like became numbers: more can be folded */
	bool settled;                  /* nothing changes any more: sizeof may be worked out */
	bool final;                    /* the round that complains */
	bool failed;
	bool any_length;               /* string literals may be longer than max_strlen */
	uint32_t rounds;               /* how often the unrolled bodies around run; 0: there are none */
	const struct node *context_allowed; /* `args` may stand here */
	const struct node *agg_allowed; /* the call that is the whole right side of a map assignment */
};

static inline bool is_pointer(const struct type *t)
{
	return t->kind == TYPE_POINTER;
}

/* types.c: expressions */
const struct type *int8(struct typer *t);
const struct type *int64(struct typer *t);
const struct type *uint64(struct typer *t);
void infer_number(struct typer *t, struct node *n);
/* A builtin that was complained about: whatever it stands in says nothing more. */
bool is_refused(const struct node *n);
/* Complains about a typed condition that is neither a number nor a pointer. */
void check_condition(struct typer *t, const struct node *n);
void infer(struct typer *t, struct node *n);
void refuse_context(struct typer *t, const struct node *n);
void infer_allow_context(struct typer *t, struct node *n); /* n may be `args` */
void set_type(struct typer *t, struct node *n, const struct type *type);
struct diag *type_error(struct typer *t, enum diag_code code, struct span at, const char *message);
void warn_conversion(struct typer *t, const struct node *n, const struct type *to);

/* types_op.c: operators */
void infer_binary(struct typer *t, struct node *n);
void infer_unary(struct typer *t, struct node *n);
void infer_incdec(struct typer *t, struct node *n);
/* Result type of "l op r"; NULL when an error was recorded. */
const struct type *infer_operation(struct typer *t, const struct node *n, enum op op,
				   const struct node *l, const struct node *r);

/* types_access.c: what pointers lead to, members and elements */
void infer_value(struct typer *t, struct node *n); /* what is printed or kept: `args` becomes a record */
void infer_deref(struct typer *t, struct node *n, const struct type *of); /* of: type of the operand */
void infer_tuple(struct typer *t, struct node *n);
void infer_element(struct typer *t, struct node *n);
void infer_index(struct typer *t, struct node *n);
void infer_field(struct typer *t, struct node *n);
/* The names of the members of a struct, union or record as a hint; of many, how to list them. */
void hint_members(struct typer *t, struct diag *d, const struct type *of);

/* types_name.c: types by name, casts, what is asked of a type */
void infer_type_name(struct typer *t, struct node *n);
/* A type of C that nobody defines, where nothing better was said: tag is "struct " and so on. */
void hint_undefined(struct typer *t, struct diag *d, const char *tag);
void infer_cast(struct typer *t, struct node *n);
void infer_size_of(struct typer *t, struct node *n);
void infer_offset_of(struct typer *t, struct node *n);
void infer_type_info(struct typer *t, struct node *n);
void infer_type_of(struct typer *t, struct node *n);

/* types_fn.c: functions of the script */
void infer_functions(struct typer *t);
void infer_fn_call(struct typer *t, struct node *n);
void infer_fn_return(struct typer *t, struct node *n);

/* types_store.c: what variables and maps hold */
bool is_storable(const struct type *type); /* in a variable; maps hold all aggregations besides */
/* *slot becomes a type; another one than before means another round. */
void grow_type(struct typer *t, const struct type **slot, const struct type *to);
/* Whether a value, written as node `from`, may be given to something declared with type `to`. Warns of
 * conversions. */
bool suits_declared(struct typer *t, const struct type *to, const struct type *type, const struct node *from);
/* Variable or map `target` is given a value of a type, written as node `from`. */
void assign_type(struct typer *t, struct node *target, const struct type *type, const struct node *from,
		 enum addr_space as);
void say_map_clash(struct typer *t, const struct node *from, const struct map *m, const struct type *type);
void infer_map(struct typer *t, struct node *n);
void infer_whole_map(struct typer *t, struct node *n);
void check_map_types(struct typer *t);

/* types_stmt.c: statements */
/* The type that a declaration of `what` names; NULL: not known yet, or it cannot be kept, which was complained
 * about. */
const struct type *infer_declared(struct typer *t, struct node *declared, const char *what);
void infer_statement(struct typer *t, struct node *n);
void infer_body(struct typer *t, struct node *block);

/* types_comptime.c */
void infer_comptime(struct typer *t, struct node *n);
/* n, an if or a ternary, has a comptime condition: it becomes the branch to take when that is known. False:
 * it is an ordinary one. */
bool infer_choice(struct typer *t, struct node *n);
/* Folds again what the types of this round made known; whether that changed anything. */
bool fold_units(struct typer *t);

#endif
