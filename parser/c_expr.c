/* #define in script code: the replacement as one script expression. */
#include <string.h>

#include "base/arena.h"
#include "base/source.h"
#include "base/str.h"
#include "parser/c_priv.h"
#include "parser/parser_priv.h"

/* ---- the text ---- */

/* The replacement as script text, and where its pieces come from. */
struct replacement {
	struct value_words words;      /* first: see is_value() */
	struct c_section *c;
	const struct c_macro *macro;
	struct strbuf text;
	uint32_t *ends;                /* of each token in the text */
};

static bool is_word_end(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Integers of C as the language has them: no suffixes, and characters are numbers. */
static void put_token(struct strbuf *out, const struct c_token *t)
{
	struct c_value v;

	if ((t->kind == C_NUMBER || t->kind == C_CHAR) && !c_number(t, &v))
		strbuf_printf(out, !v.is_unsigned && (int64_t)v.bits < 0 ? "-%llu" : "%llu",
			      (unsigned long long)(!v.is_unsigned && (int64_t)v.bits < 0 ? -v.bits : v.bits));
	else
		strbuf_put(out, t->text, t->len);
}

static void put_tokens(struct replacement *r)
{
	const struct c_macro *m = r->macro;

	r->ends = ARENA_ARRAY(r->c->arena, uint32_t, m->n_body + 1);
	for (size_t i = 0; i < m->n_body; i++) {
		const struct c_token *t = &m->body[i];
		bool are_words = r->text.len && is_word_end(r->text.data[r->text.len - 1]) &&
				 is_word_end(*t->text);

		if (i && t->kind == C_STRING && t[-1].kind == C_STRING && *t->text == '"') {
			/* strings side by side are one */
			r->text.len--;
			strbuf_put(&r->text, t->text + 1, t->len - 1);
			r->ends[i] = (uint32_t)r->text.len;
			continue;
		}
		if (i && t->has_space && (are_words || (t->kind == C_PUNCT && t[-1].kind == C_PUNCT)))
			strbuf_putc(&r->text, ' ');
		put_token(&r->text, t);
		r->ends[i] = (uint32_t)r->text.len;
	}
}

/* ---- places ---- */

/* The token of the replacement whose text holds the byte at `at`. */
static const struct c_token *token_at(const struct replacement *r, uint32_t at)
{
	size_t low = 0, high = r->macro->n_body - 1;

	while (low < high) {
		size_t i = low + (high - low) / 2;

		if (at < r->ends[i])
			high = i;
		else
			low = i + 1;
	}
	return &r->macro->body[low];
}

/* From the text that was parsed to the tokens of the #define. */
static struct span place_of(const struct replacement *r, struct span at)
{
	if (at.start == at.end && at.end)
		at.start--;
	return (struct span){ token_at(r, at.start)->span.start,
			     token_at(r, at.end ? at.end - 1 : 0)->span.end };
}

static int set_place(struct node *n, void *ctx)
{
	struct span *part = node_part_span(n);

	n->span = place_of(ctx, n->span);
	if (part)
		*part = place_of(ctx, *part);
	return node_each_child(n, set_place, ctx);
}

struct move {
	uint32_t by;                   /* to the copy of the replacement */
	struct span use;               /* by 0: that is the place of everything */
};

static struct span moved(const struct move *m, struct span at)
{
	return m->by ? (struct span){ at.start + m->by, at.end + m->by } : m->use;
}

static int move_node(struct node *n, void *ctx)
{
	struct span *part = node_part_span(n);

	n->span = moved(ctx, n->span);
	if (part)
		*part = moved(ctx, *part);
	return node_each_child(n, move_node, ctx);
}

static struct span span_of_body(const struct c_macro *m)
{
	return span_join(m->body[0].span, m->body[m->n_body - 1].span);
}

/* ---- what C makes of it ---- */

static bool calls_macro(struct c_section *c, const struct c_macro *m)
{
	for (size_t i = 0; i + 1 < m->n_body; i++) {
		const struct c_macro *callee =
			m->body[i].kind == C_NAME ? c_macro_find(c, m->body[i].name) : NULL;

		if (callee && callee->is_function && c_is(&m->body[i + 1], C_OP('(', 0, 0)))
			return true;
	}
	return false;
}

/* A constant expression of C that is no script expression, like (unsigned int)5 or _IO('x', 1). */
static struct node *constant_of(struct c_section *c, const struct c_macro *m)
{
	struct c_frame wall = { .tokens = m->body, .n = m->n_body, .is_wall = true };
	struct node *n = NULL;
	struct c_value v;

	c->diags = diags_new(c->arena, c->script->sources);
	c->depth = 0;
	c_push_frame(c, &wall);
	c->tok = (struct c_token){ .span = m->span };
	c_advance(c);
	if (!c_const_expr(c, &v) && c->tok.kind == C_END) {
		n = node_new(c->arena, NODE_number, span_of_body(m));
		n->number.value = v.bits;
		n->number.negative = !v.is_unsigned && (int64_t)v.bits < 0;
	}
	while (c->frame != &wall)
		c_pop_frame(c);
	c_pop_frame(c);
	c->has_unread = c->is_stopped = false;
	c->n_errors = 0;
	c->diags = c->script->diags;
	return n;
}

/* ---- the expression ---- */

/* Headers put what they calculate with in parentheses, (A) - 1; only what is a type and no parameter is one. */
static bool is_value(const struct value_words *w, const char *text, size_t len)
{
	const struct replacement *r = (const struct replacement *)w;
	const char *name = c_intern(r->c, text, len);
	struct script *s = r->c->script;
	const struct type *type;
	uint64_t value;

	for (size_t i = 0; i < r->macro->n_params; i++)
		if (r->macro->params[i] == name)
			return true;
	if (type_named(s->types, name) || ctype_find(s, TAG_NONE, name))
		return false;
	return c_macro_find(r->c, name) || ctype_constant(s, name, &type, &value);
}

static struct node *parse(struct c_section *c, const struct c_macro *m)
{
	struct diags *ds = diags_new(c->arena, c->script->sources);
	struct replacement r = { .words.has = is_value, .c = c, .macro = m };
	struct node *n = !m->is_function && calls_macro(c, m) ? constant_of(c, m) : NULL;
	const char *text;

	if (n)
		return n;
	put_tokens(&r);
	text = arena_strndup(c->arena, r.text.data, r.text.len);
	n = parse_expression(c->script, ds, &r.words, text, r.text.len);
	strbuf_done(&r.text);
	if (n)
		set_place(n, &r);
	return n || m->is_function ? n : constant_of(c, m);
}

static struct node *say_no_expression(struct c_section *c, const struct c_macro *m, struct span use)
{
	struct replacement r = { .c = c, .macro = m };
	struct diag *d;

	put_tokens(&r);
	d = diag_error(c->diags, DIAG_C_MACRO, use, "unable to expand macro as an expression: %s", r.text.data);
	if (m->span.start)
		diag_note(c->diags, d, m->span, "'%s' is defined here", m->name);
	diag_hint(c->diags, d,
		  "a #define has a value in the script when its text is one whole expression");
	strbuf_done(&r.text);
	return node_new(c->arena, NODE_number, use);
}

/* The replacement once more, for this use of it. */
static struct node *copy_for(struct c_section *c, const struct c_macro *m, struct span use)
{
	struct node *n = node_copy(c->arena, m->expr);
	struct span body = span_of_body(m);
	struct move move = { .use = use };

	move.by = m->span.start ? sources_expand(c->script->sources, body, use) : 0;
	if (move.by)
		move.by -= body.start;
	move_node(n, &move);
	return n;
}

/* ---- arguments ---- */

struct call {
	struct arena *arena;
	const struct c_macro *macro;
	const struct node *args;
};

/* The argument for a parameter of that name; NULL: it is none. */
static const struct node *argument_of(const struct call *call, const char *name)
{
	const struct node *arg = call->args;

	for (size_t i = 0; i < call->macro->n_params; i++, arg = arg->next)
		if (call->macro->params[i] == name)
			return arg;
	return NULL;
}

/* "sizeof(a)": a word alone was taken for the name of a type, as it is when the argument is one. */
static void put_operand(const struct call *call, struct node *n)
{
	bool is_lone = n->kind == NODE_type_name && n->type_name.tag == TAG_NONE && !n->type_name.n_suffixes;
	const struct node *arg = is_lone ? argument_of(call, n->type_name.name) : NULL;

	if (arg && arg->kind == NODE_name)
		n->type_name.name = arg->name.name;
	else if (arg)
		*n = *node_copy(call->arena, arg);
}

/* A parameter becomes a copy of its argument; as the name of a member, the name that the argument is. */
static int put_arguments(struct node *n, void *ctx)
{
	const struct call *call = ctx;
	struct node *next = n->next;
	const struct node *arg;

	if (n->kind == NODE_size_of)
		put_operand(call, n->size_of.operand);
	arg = n->kind == NODE_name ? argument_of(call, n->name.name) : NULL;
	if (arg) {
		*n = *node_copy(call->arena, arg);
		n->next = next;
		return 0;
	}
	arg = n->kind == NODE_field ? argument_of(call, n->field.name) : NULL;
	if (arg && arg->kind == NODE_name)
		n->field.name = arg->name.name;
	return node_each_child(n, put_arguments, ctx);
}

static bool has_arguments(struct c_section *c, const struct c_macro *m, const struct node *use)
{
	size_t n = 0;

	for (const struct node *arg = use->call.args; arg; arg = arg->next)
		n++;
	if (n == m->n_params)
		return true;
	diag_note(c->diags,
		  diag_error(c->diags, DIAG_ARG_COUNT, use->call.name_span,
			     "the macro '%s' takes %zu argument%s and got %zu", m->name, m->n_params,
			     m->n_params == 1 ? "" : "s", n),
		  m->span, "'%s' is defined here", m->name);
	return false;
}

static struct node *say_variadic(struct c_section *c, const struct c_macro *m, const struct node *use)
{
	struct diag *d = diag_error(c->diags, DIAG_NOT_BUILT, use->call.name_span,
				    "'%s' takes any number of arguments: such a #define cannot be called by scripts in this "
				    "version of sonde", m->name);

	diag_note(c->diags, d, m->span, "'%s' is defined here", m->name);
	diag_hint(c->diags, d, "write what it becomes, or make it a macro of the script");
	return node_new(c->arena, NODE_number, use->span);
}

struct node *c_macro_expression(struct c_section *c, const struct node *use)
{
	bool is_call = use->kind == NODE_call;
	const char *name = is_call ? use->call.name : use->name.name;
	struct c_macro *m = c_macro_find(c, c_intern(c, name, strlen(name)));
	struct node *n;

	if (!m || m->is_function != is_call || !m->n_body)
		return NULL;
	if (m->is_variadic)
		return say_variadic(c, m, use);
	if (!m->expr && !m->is_no_expr) {
		m->expr = parse(c, m);
		m->is_no_expr = !m->expr;
	}
	if (m->is_no_expr)
		return say_no_expression(c, m, is_call ? use->call.name_span : use->span);
	if (is_call && !has_arguments(c, m, use))
		return node_new(c->arena, NODE_number, use->span);
	n = copy_for(c, m, use->span);
	if (is_call)
		put_arguments(n, &(struct call){ c->arena, m, use->call.args });
	return n;
}

void c_macro_hint(struct c_section *c, const char *name, struct diag *d)
{
	const struct c_macro *m = c_macro_find(c, c_intern(c, name, strlen(name)));
	struct diags *ds = c->script->diags;

	if (!m)
		return;
	if (m->span.start)
		diag_note(ds, d, m->span, "'%s' is defined here", m->name);
	if (!m->n_body)
		diag_hint(ds, d, "this #define has no text, so it has no value in the script");
	else if (m->is_function)
		diag_hint(ds, d, "this #define has parameters, and is called: %s(...)", m->name);
	else
		diag_hint(ds, d, "this #define has no parameters, and is not called");
}
