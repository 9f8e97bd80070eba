/* The token filter: looks ahead as far as it must and renames a token before the grammar, which
 * sees one token at a time, gets it. The rules are those of the language: what opens a cast, a
 * record or a type, which '}' goes on as a value, which words are names after all. */
#include <ctype.h>
#include <string.h>

#include "parser/parser_priv.h"

/* ---- the queue ---- */

static struct token pull(struct parser *p)
{
	struct token t;

	if (!p->queue_n)
		return lexer_next(p->lexer);
	t = p->queue[p->queue_first];
	p->queue_first = (p->queue_first + 1) % LOOKAHEAD;
	p->queue_n--;
	return t;
}

struct token filter_peek(struct parser *p, unsigned n)
{
	while (p->queue_n <= n) {
		p->queue[(p->queue_first + p->queue_n) % LOOKAHEAD] = lexer_next(p->lexer);
		p->queue_n++;
	}
	return p->queue[(p->queue_first + n) % LOOKAHEAD];
}

/* ---- names that are values to the parser itself: never types, never first in a record ---- */

static const char *const value_names[] = {
	"args", "ctx", "kstack", "nsecs", "pid", "tid", "ustack",
	"__builtin_comm", "__builtin_cpid", "__builtin_cpu", "__builtin_dw_ustack",
	"__builtin_elapsed", "__builtin_func", "__builtin_ncpus", "__builtin_probe",
	"__builtin_retval", "__builtin_usermode",
};

/* A prefix and at least one digit: arg0, sarg12. */
static bool is_numbered(const struct token *t, const char *prefix)
{
	size_t n = strlen(prefix);

	if (t->len <= n || memcmp(t->text, prefix, n))
		return false;
	for (; n < t->len; n++)
		if (!isdigit((unsigned char)t->text[n]))
			return false;
	return true;
}

bool filter_is_value_name(const struct token *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(value_names); i++)
		if (strlen(value_names[i]) == t->len && !memcmp(value_names[i], t->text, t->len))
			return true;
	return is_numbered(t, "arg") || is_numbered(t, "sarg");
}

/* ---- what a '(' opens ---- */

static bool is_type_tag(enum token_kind kind)
{
	return kind == TOK_STRUCT || kind == TOK_UNION || kind == TOK_ENUM;
}

/* The number of tokens from the n-th on that make a type with its suffixes; 0: no type. */
static unsigned type_length(struct parser *p, unsigned n)
{
	struct token t = filter_peek(p, n);
	unsigned from = n;

	if (is_type_tag(t.kind))
		t = filter_peek(p, ++n);
	else if (t.kind == TOK_NAME && filter_is_value_name(&t))
		return 0;
	if (t.kind != TOK_NAME)
		return 0;
	n++;
	/* One more than is allowed, so that the grammar may complain of it. */
	for (unsigned i = 0; i <= MAX_SUFFIXES; i++) {
		if (filter_peek(p, n).kind == TOK_STAR)
			n++;
		else if (filter_peek(p, n).kind != TOK_LBRACKET)
			break;
		else if (filter_peek(p, n + 1).kind == TOK_RBRACKET)
			n += 2;
		else if (filter_peek(p, n + 1).kind == TOK_NUMBER &&
			 filter_peek(p, n + 2).kind == TOK_RBRACKET)
			n += 3;
		else
			break;
	}
	return n - from;
}

static bool starts_operand(enum token_kind kind)
{
	switch (kind) {
	case TOK_NUMBER: case TOK_VAR: case TOK_MAP: case TOK_POSITIONAL: case TOK_STRING:
	case TOK_LPAREN: case TOK_MINUS: case TOK_DEC: case TOK_NOT: case TOK_BIT_NOT:
	case TOK_STAR: case TOK_BIT_AND: case TOK_NAME:
		return true;
	default:
		return token_is_keyword(kind);
	}
}

/* "(x) - 1", where x is known to be a value. */
static bool is_value_in_parens(struct parser *p, enum token_kind behind)
{
	struct token word = filter_peek(p, 0);

	return p->words && (behind == TOK_MINUS || behind == TOK_STAR || behind == TOK_BIT_AND) &&
	       p->words->has(p->words, word.text, word.len);
}

/* "(int32) x": a type in parentheses with an operand behind it. */
static bool is_cast(struct parser *p)
{
	unsigned n = type_length(p, 0);
	enum token_kind behind;

	if (!n || filter_peek(p, n).kind != TOK_RPAREN)
		return false;
	behind = filter_peek(p, n + 1).kind;
	return starts_operand(behind) && !(n == 1 && is_value_in_parens(p, behind));
}

static bool is_record(struct parser *p)
{
	struct token first = filter_peek(p, 0);

	return (first.kind == TOK_NAME || token_is_keyword(first.kind)) && !filter_is_value_name(&first) &&
	       filter_peek(p, 1).kind == TOK_ASSIGN;
}

/* The next token would be the name of a field of the record that is being read. */
static bool names_field(struct parser *p)
{
	return (p->last.kind == TOK_RECORD || p->last.kind == TOK_COMMA) && p->open.n &&
	       p->open.v[p->open.n - 1].kind == TOK_RECORD && filter_peek(p, 0).kind == TOK_ASSIGN;
}

/* Behind sizeof and its like: a type up to the ')' or, in offsetof, the ','. */
static bool is_type_argument(struct parser *p)
{
	unsigned n = type_length(p, 0);
	enum token_kind behind = filter_peek(p, n).kind;

	return filter_peek(p, 0).kind == TOK_TYPEOF ||
	       (n && (behind == TOK_RPAREN || behind == TOK_COMMA));
}

static bool takes_type(enum token_kind kind)
{
	return kind == TOK_SIZEOF || kind == TOK_OFFSETOF || kind == TOK_TYPEINFO ||
	       kind == TOK_TYPEOF;
}

static enum token_kind rename_paren(struct parser *p)
{
	if (takes_type(p->last.kind))
		return is_type_argument(p) ? TOK_TYPE_OPEN : TOK_LPAREN;
	if (p->last.kind == TOK_NAME) /* a call */
		return TOK_LPAREN;
	if (is_record(p))
		return TOK_RECORD;
	if (filter_peek(p, 0).kind == TOK_TYPEOF || is_cast(p))
		return TOK_CAST;
	return TOK_LPAREN;
}

/* ---- what a '}' ends ---- */

/* Whether a token behind a block makes the block an operand, or is what ends an expression. */
static bool continues_value(enum token_kind kind)
{
	switch (kind) {
	case TOK_RPAREN: case TOK_RBRACKET: case TOK_RBRACE: case TOK_SEMI: case TOK_COMMA:
	case TOK_COLON: case TOK_QUESTION: case TOK_DOT: case TOK_DOTDOT: case TOK_ARROW:
	case TOK_LBRACKET: case TOK_PREDICATE_END: case TOK_INC: case TOK_DEC:
	case TOK_OR: case TOK_AND: case TOK_BIT_OR: case TOK_BIT_XOR: case TOK_BIT_AND:
	case TOK_EQ: case TOK_NE: case TOK_LT: case TOK_LE: case TOK_GT: case TOK_GE:
	case TOK_SHL: case TOK_SHR: case TOK_PLUS: case TOK_MINUS: case TOK_STAR:
	case TOK_SLASH: case TOK_PERCENT:
		return true;
	default:
		return false;
	}
}

/* Whether a '{' behind the token can only be a value: the '}' ends one, whatever comes next. */
static bool wants_operand(enum token_kind kind)
{
	switch (kind) {
	case TOK_IF: case TOK_WHILE: case TOK_UNROLL: case TOK_DOTDOT: case TOK_COMPTIME:
	case TOK_NOT: case TOK_BIT_NOT: case TOK_MINUS: case TOK_STAR: case TOK_BIT_AND:
		return true;
	default:
		return false;
	}
}

static bool ends_value(struct parser *p)
{
	enum token_kind behind = filter_peek(p, 0).kind;

	if (continues_value(behind) || (behind == TOK_END && p->wants_expression))
		return true;
	/* At the top level a '{' behind a '*' begins the body of a function: fn f() : int8 * { */
	return p->open.n > 1 && p->open.v[p->open.n - 1].kind == TOK_LBRACE &&
	       wants_operand((enum token_kind)p->open.v[p->open.n - 1].value);
}

/* ---- renaming ---- */

static enum token_kind rename_token(struct parser *p, const struct token *t)
{
	if (token_is_keyword(t->kind) && (p->last.kind == TOK_DOT || p->last.kind == TOK_ARROW))
		return TOK_NAME;
	if (token_is_keyword(t->kind) && names_field(p))
		return TOK_NAME;
	if (t->kind == TOK_IMPORT && p->open.n && filter_peek(p, 0).kind != TOK_STRING)
		return TOK_NAME;
	if (t->kind == TOK_LPAREN)
		return rename_paren(p);
	if (t->kind == TOK_RBRACE && ends_value(p))
		return TOK_VALUE_END;
	return t->kind;
}

/* ---- what is open ---- */

static bool opens(enum token_kind kind)
{
	return kind == TOK_LBRACE || kind == TOK_LPAREN || kind == TOK_LBRACKET ||
	       kind == TOK_CAST || kind == TOK_RECORD || kind == TOK_TYPE_OPEN;
}

/* Forgets what is open up to the innermost '{'. */
static void close_up_to_brace(struct parser *p)
{
	while (p->open.n && p->open.v[p->open.n - 1].kind != TOK_LBRACE)
		p->open.n--;
}

static void track_open(struct parser *p, const struct token *t)
{
	if (opens(t->kind)) {
		vec_push(&p->open, *t);
		p->open.v[p->open.n - 1].value = p->last.kind;
		if (p->open.n > MAX_NESTING)
			complain_too_deep(p, t->span, "open braces and parentheses", MAX_NESTING);
	} else if (t->kind == TOK_RPAREN || t->kind == TOK_RBRACKET) {
		if (p->open.n && p->open.v[p->open.n - 1].kind != TOK_LBRACE)
			p->open.n--;
	} else if (t->kind == TOK_RBRACE || t->kind == TOK_VALUE_END) {
		close_up_to_brace(p);
		if (p->open.n)
			p->open.n--;
	}
}

/* ---- reading on behind an error ---- */

void filter_stop(struct parser *p)
{
	p->is_stopped = true;
	p->is_skipping = false;
}

void filter_end_value(struct parser *p)
{
	p->is_value_ended = true;
}

void filter_skip_statement(struct parser *p)
{
	enum token_kind last = p->last.kind;
	bool is_end = last == TOK_SEMI || last == TOK_RBRACE || last == TOK_VALUE_END ||
		      last == TOK_END;

	if (last == TOK_LBRACE && p->open.n)
		p->open.n--;
	close_up_to_brace(p);
	if (!p->open.n) {
		/* In the head of an item: the grammar waits for the body. */
		lexer_leave_predicate(p->lexer);
		if (last == TOK_LBRACE)
			vec_push(&p->open, p->last);
		return;
	}
	if (is_end)
		return;
	p->is_skipping = true;
	p->skipped_braces = last == TOK_LBRACE;
}

/* Leaves out tokens up to the ';' or '}' that ends the statement. Behind braces of its own the
 * statement may end without either: RESYNC. */
static struct token skip(struct parser *p)
{
	struct token t;

	for (;;) {
		t = pull(p);
		if (t.kind == TOK_END)
			break;
		if (t.kind == TOK_LBRACE) {
			p->skipped_braces++;
		} else if (!p->skipped_braces && (t.kind == TOK_SEMI || t.kind == TOK_RBRACE)) {
			break;
		} else if (t.kind == TOK_RBRACE && !--p->skipped_braces) {
			enum token_kind behind = filter_peek(p, 0).kind;

			if (behind == TOK_ELSE || behind == TOK_SEMI || behind == TOK_RBRACE)
				continue;
			t.kind = TOK_RESYNC;
			break;
		}
	}
	p->is_skipping = false;
	return t;
}

struct token filter_next(struct parser *p)
{
	struct token t;

	if (!p->is_stopped && diags_errors(p->diags) >= MAX_ERRORS)
		complain_too_many(p);
	if (p->wants_expression && !p->is_begun) {
		p->is_begun = true;
		return (struct token){ .kind = TOK_ONLY_EXPRESSION };
	}
	if (p->is_stopped) {
		t = (struct token){ .span = { p->last.span.end, p->last.span.end } };
	} else if (p->is_value_ended) {
		t = p->last;
		t.kind = TOK_VALUE_END;
		p->is_value_ended = false;
	} else {
		t = p->is_skipping ? skip(p) : pull(p);
		t.kind = rename_token(p, &t);
		track_open(p, &t);
	}
	if (p->is_stopped)
		t.kind = TOK_END;
	p->before_last = p->last;
	p->last = t;
	return t;
}
