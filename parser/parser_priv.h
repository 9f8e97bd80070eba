#ifndef SONDE_PARSER_PARSER_PRIV_H
#define SONDE_PARSER_PARSER_PRIV_H

#include "ast/build.h"
#include "ast/script.h"
#include "base/diag.h"
#include "base/vec.h"
#include "lexer/lexer.h"

enum {
	MAX_NESTING = 300,   /* open braces, brackets and parentheses */
	MAX_ERRORS = 20,     /* then reading stops */
	LOOKAHEAD = 40,      /* tokens: a cast to a type with MAX_SUFFIXES suffixes, and some */
};

/* What may still come at the top level: the order of items is fixed. */
enum stage { STAGE_C, STAGE_PREAMBLE, STAGE_ITEMS };

/* Words that are values: in "(x) - 1" no types. NULL: none is known to be. */
struct value_words {
	bool (*has)(const struct value_words *w, const char *text, size_t len);
};

struct parser {
	struct script *script;
	struct arena *arena;
	struct diags *diags;
	struct lexer *lexer;
	struct node_list config, imports, items;
	enum stage stage;
	bool has_config;

	/* the token filter */
	struct token queue[LOOKAHEAD];         /* read ahead, not yet handed out: a ring */
	unsigned queue_first, queue_n;
	VEC(struct token) open;                /* '{' '(' '[' without their partner */
	struct token last, before_last;        /* handed out */
	bool is_skipping;                      /* to the end of the statement */
	unsigned skipped_braces;               /* open ones of what is skipped */
	bool is_value_ended;                   /* VALUE_END comes next */
	bool wants_expression;                 /* the text is one: ONLY_EXPRESSION comes first */
	bool is_begun;                         /* it came */
	const struct value_words *words;
	struct node *expression;
	bool is_stopped;                       /* only END from now on; said why */
};

/* The fields of a record while they are read: as many values as names. */
struct member_name {
	const char *name;
	struct member_name *next;
};
struct member_list {
	struct node_list values;
	struct member_name *first, *last;
	unsigned n;
};

union grammar_value {
	struct token tok;
	struct node *node;
	struct node_list list;
	struct member_list members;
};

/* filter.c: tokens as the grammar wants them */
struct token filter_next(struct parser *p);
struct token filter_peek(struct parser *p, unsigned n); /* n < LOOKAHEAD; as the lexer wrote them */
/* After an error at the token handed out last: leaves out the rest of the statement. */
void filter_skip_statement(struct parser *p);
/* The '}' handed out last was to be VALUE_END: hands that out, too. */
void filter_end_value(struct parser *p);
/* Whether the parser knows the word as a value: pid, args, arg0 ... It is never a type, a parameter of a
 * macro or the first name of a record. */
bool filter_is_value_name(const struct token *t);
/* Hands out END from now on. */
void filter_stop(struct parser *p);

/* complain.c: what to say when a token does not fit; expected: those that would */
void complain(struct parser *p, const enum token_kind *expected, unsigned n);
void complain_too_deep(struct parser *p, struct span at, const char *what, unsigned limit);
void complain_too_many(struct parser *p);
void not_built(struct parser *p, struct span at, const char *what);

/* parser.c: a text that is one expression; NULL with diags when it is none. */
struct node *parse_expression(struct script *s, struct diags *ds, const struct value_words *words, const char *text,
			      size_t len);

/* parser.c: the actions of the grammar */
struct node *build(struct parser *p, struct node n);
/* A node of a kind that has a member of its own in struct node. */
#define MAKE(member, at, ...) \
	build(p, (struct node){ .kind = NODE_##member, .span = (at), .member = { __VA_ARGS__ } })
const char *intern_token(struct parser *p, struct token t);
struct node *build_string(struct parser *p, struct span at, struct token t);
struct node *build_map(struct parser *p, struct span at, struct token name, struct node_list keys);
struct member_list add_member(struct parser *p, struct member_list list, struct span at, struct token name,
			      struct node *value);
struct node *build_record(struct parser *p, struct span at, struct member_list members);
struct node *build_binary(struct parser *p, struct span at, enum op op, struct node *lhs,
			  struct node *rhs, struct span op_span);
struct node *build_incdec(struct parser *p, struct span at, enum op op, bool is_prefix,
			  struct node *operand);
struct node *build_address(struct parser *p, struct span at, struct node *operand);
struct node *build_type(struct parser *p, struct span at, struct token name, enum type_tag tag);
struct node *add_suffix(struct parser *p, struct span at, struct node *type, int64_t suffix);
struct node *add_length(struct parser *p, struct span at, struct node *type, uint64_t length);
struct node *build_assign(struct parser *p, struct span at, struct node *target, struct token op,
			  struct node *value);
/* range: a map, or from and to */
struct node *build_for(struct parser *p, struct span at, struct node *var, struct node_list range,
		       struct node *body);
/* last: the statement without ';' in front of the '}', or NULL */
struct node *build_block(struct parser *p, struct span at, struct node_list stmts,
			 struct node *last);
struct node *build_macro(struct parser *p, struct span at, struct token name, struct node_list params,
			 struct node *body);
struct node *build_macro_word(struct parser *p, struct span at, struct token name);
struct node *nothing(struct parser *p, struct span at); /* stands for what could not be read */
/* too_late: the error when the stage is over; NULL: it never is. */
void begin_item(struct parser *p, enum stage stage, struct span at, const char *too_late);
void add_config(struct parser *p, struct span at, struct node_list settings);
void add_item(struct parser *p, struct node *item);
void add_import(struct parser *p, struct span at, struct token path);
/* A text as NODE_program, with diags for what is wrong in it; NULL with a diag when there is no room for it. */
struct node *parse_program(struct script *s, const char *file, const char *text, size_t len);


#endif
