#ifndef SONDE_AST_CTYPE_H
#define SONDE_AST_CTYPE_H

#include <stdbool.h>
#include <stdint.h>

#include "ast/node.h"

struct diag;
struct nearest;
struct script;
struct type;
struct types;

/* C types and constants by name: what the script defines itself, then what its headers say, then the kernel.
 * A source hands out types of struct types (ast/type.h); the same name gives the same type each time. */
struct ctype_source {
	/* tag TAG_STRUCT, TAG_UNION, TAG_ENUM; TAG_NONE: a typedef or base type, or a struct, union or enum
	 * whose keyword was left out. An enum by its tag has 8 bytes, by its bare name its own size. NULL: not
	 * known here. */
	const struct type *(*find)(const struct ctype_source *src, enum type_tag tag, const char *name);
	/* Sets the members of a struct that was handed out incomplete (type_set_members()). */
	void (*complete)(const struct ctype_source *src, struct type *t);
	/* A constant: of an enum (8 bytes, its type names it), or a number (*ret_type: as a literal has it). */
	bool (*constant)(const struct ctype_source *src, const char *name, const struct type **ret_type,
			 uint64_t *ret_value);
	/* Like constant(), asked when the kernel does not know it either. NULL: there are none. */
	bool (*late_constant)(const struct ctype_source *src, const char *name, const struct type **ret_type,
			      uint64_t *ret_value);
	/* Adds to a diag about a name that nobody knows what this source can say. NULL: nothing. */
	void (*hint)(const struct ctype_source *src, const char *name, struct diag *d);
	/* What a #define stands for that a NODE_name names or a NODE_call calls, as a new tree whose names are
	 * resolved in that place; copies of the arguments stand in it. NULL: no such macro, or one that is called
	 * and is no expression. Other trouble becomes a diag, and something to go on with. The verb may be NULL. */
	struct node *(*expand)(const struct ctype_source *src, const struct node *use);
	/* Calls each with the names it knows, for "did you mean". NULL: says nothing. */
	void (*each_name)(const struct ctype_source *src, void (*each)(void *ctx, const char *name), void *ctx);
	/* Why it knows nothing at all, as a sentence; NULL: it does know something. */
	const char *(*why_nothing)(const struct ctype_source *src);
	struct ctype_source *next;     /* asked when this one does not know */
};

/* Adds a source behind those that are there, but in front of the kernel's types, which are always there;
 * it lives in the arena of the script. */
void ctype_add_source(struct script *s, struct ctype_source *src);
void ctype_add_source_first(struct script *s, struct ctype_source *src); /* in front of them */
/* The type of that name from the first source that knows it; builtin names ("uint32", "string") are not
 * asked for here, see type_named(). NULL: nobody knows it. */
const struct type *ctype_find(struct script *s, enum type_tag tag, const char *name);
/* A struct to point to: the script's or the kernel's, which is not looked at before a member is needed
 * (type_complete()). */
const struct type *ctype_struct(struct script *s, const char *name);
/* A constant of that name; false: nobody knows it. */
bool ctype_constant(struct script *s, const char *name, const struct type **ret_type, uint64_t *ret_value);
/* The names of C definitions and the constants of headers, for "Did you mean". */
void ctype_offer_constants(struct script *s, struct nearest *near);
/* Adds to a diag about a name that nobody knows what a #define of that name has to do with it. */
void ctype_hint_define(struct script *s, struct diag *d, const char *name);
/* Adds to a diag about a name that nobody knows what headers have to do with it. */
void ctype_hint_headers(struct script *s, struct diag *d, const char *name);
/* Whether the kernel's types can be read. */
bool ctype_has_kernel(struct script *s);
/* Adds to a diag about a type that nobody knows: "Did you mean", or why so little is known. */
void ctype_hint_unknown(struct script *s, struct diag *d, const char *name);
/* Adds to a diag about a word that is no type what made it one: "(x) - 1" casts. false: it is no cast. */
bool ctype_hint_cast(struct script *s, struct diag *d, const struct node *type_name);
/* What a #define stands for, as a new tree; NULL: the name is none. use: NODE_name or NODE_call. */
struct node *ctype_expand(struct script *s, const struct node *use);

#endif
