#include "parser/parser.h"

#include <string.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/intern.h"
#include "base/source.h"
#include "parser/c_headers.h"
#include "parser/grammar.h"

/* ---- nodes ---- */

struct node *build(struct parser *p, struct node from)
{
	struct node *n = node_make(p->arena, from);

	if (n->depth <= NODE_MAX_DEPTH)
		return n;
	complain_too_deep(p, n->span, "levels of an expression, and of blocks in blocks",
			  NODE_MAX_DEPTH);
	return nothing(p, n->span);
}

struct node *nothing(struct parser *p, struct span at)
{
	return MAKE(number, at, .value = 0);
}

const char *intern_token(struct parser *p, struct token t)
{
	return intern_name(p->script->names, t.text, t.len);
}

struct node *build_string(struct parser *p, struct span at, struct token t)
{
	return MAKE(string, at, .text = t.text, .len = t.len);
}

struct node *build_map(struct parser *p, struct span at, struct token name, struct node_list keys)
{
	struct node *key = keys.first;

	if (key && key->next)
		key = MAKE(tuple, span_join(key->span, keys.last->span), .elems = key);
	return MAKE(map, at, .name = intern_token(p, name), .key = key);
}

struct member_list add_member(struct parser *p, struct member_list list, struct span at, struct token name,
			      struct node *value)
{
	struct member_name *m = ARENA_NEW(p->arena, struct member_name);

	m->name = intern_token(p, name);
	for (const struct member_name *old = list.first; old; old = old->next)
		if (old->name == m->name)
			diag_hint(
				p->diags,
				diag_error(p->diags, DIAG_SYNTAX, at,
					   "syntax: Named argument list already contains name: %s",
					   m->name),
				"every field needs a name of its own");
	if (list.last)
		list.last->next = m;
	else
		list.first = m;
	list.last = m;
	list.values = node_list_add(list.values, value);
	list.n++;
	return list;
}

struct node *build_record(struct parser *p, struct span at, struct member_list members)
{
	const char **names = ARENA_ARRAY(p->arena, const char *, members.n), **to = names;

	for (const struct member_name *m = members.first; m; m = m->next)
		*to++ = m->name;
	return MAKE(tuple, at, .elems = members.values.first, .names = names);
}

struct node *build_binary(struct parser *p, struct span at, enum op op, struct node *lhs,
			  struct node *rhs, struct span op_span)
{
	return MAKE(binary, at, op, lhs, rhs, op_span);
}

struct node *build_incdec(struct parser *p, struct span at, enum op op, bool is_prefix,
			  struct node *operand)
{
	struct diag *d;

	if (operand->kind != NODE_var && operand->kind != NODE_map) {
		d = diag_error(p->diags, DIAG_SYNTAX, at,
			       "syntax: increment/decrement requires a variable or map");
		/* "if (x) { } ++$y" is one expression */
		diag_hint(p->diags, d, "%s",
			  operand->kind == NODE_block || operand->kind == NODE_cond
				  ? "put a ';' behind the '}', or write $x++"
				  : "keep the value in a variable first: $x = ...; $x++");
	}
	return MAKE(incdec, at, op, is_prefix, operand);
}

struct node *build_address(struct parser *p, struct span at, struct node *operand)
{
	if (operand->kind != NODE_var && operand->kind != NODE_map)
		diag_hint(p->diags,
			  diag_error(p->diags, DIAG_SYNTAX, at,
				     "syntax: address-of operator (&) can only be used on a map or "
				     "variable"),
			  "keep the value in a variable first: $x = ...; &$x");
	return MAKE(unary, at, OP_ADDRESS, operand);
}

struct node *build_type(struct parser *p, struct span at, struct token name, enum type_tag tag)
{
	return MAKE(type_name, at, .name = intern_token(p, name), .tag = tag);
}

/* Too large for memory by far, which is said when the size of an element is known; negative suffixes are others. */
struct node *add_length(struct parser *p, struct span at, struct node *type, uint64_t length)
{
	return add_suffix(p, at, type, length < INT64_MAX ? (int64_t)length : INT64_MAX);
}

struct node *add_suffix(struct parser *p, struct span at, struct node *type, int64_t suffix)
{
	if (type->type_name.n_suffixes < MAX_SUFFIXES) {
		type->type_name.suffix[type->type_name.n_suffixes++] = suffix;
	} else if (!type->type_name.has_too_many) {
		type->type_name.has_too_many = true;
		diag_error(p->diags, DIAG_SYNTAX, at, "syntax: a type has at most %d '*' and '[]'", MAX_SUFFIXES);
	}
	type->span = at;
	return type;
}

/* ---- statements ---- */

static enum op op_of_assign(enum token_kind kind)
{
	switch (kind) {
	case TOK_ADD_ASSIGN: return OP_ADD;
	case TOK_SUB_ASSIGN: return OP_SUB;
	case TOK_MUL_ASSIGN: return OP_MUL;
	case TOK_DIV_ASSIGN: return OP_DIV;
	case TOK_MOD_ASSIGN: return OP_MOD;
	case TOK_AND_ASSIGN: return OP_BIT_AND;
	case TOK_OR_ASSIGN: return OP_BIT_OR;
	case TOK_XOR_ASSIGN: return OP_BIT_XOR;
	case TOK_SHL_ASSIGN: return OP_SHL;
	case TOK_SHR_ASSIGN: return OP_SHR;
	default: return OP_NONE;
	}
}

static void refuse_target(struct parser *p, const struct node *target, struct span op_span)
{
	struct diag *d;

	if (target->kind == NODE_field || target->kind == NODE_element) {
		diag_error(p->diags, DIAG_SYNTAX, target->span,
			   "syntax: Tuples and records are immutable once created. Consider "
			   "creating a new value and assigning it instead.");
	} else if (target->kind == NODE_index) {
		diag_hint(p->diags,
			  diag_error(p->diags, DIAG_SYNTAX, target->span,
				     "syntax: invalid assignment target"),
			  "only variables, maps and elements of maps (@x[key]) can be assigned to");
	} else {
		d = diag_error(p->diags, DIAG_SYNTAX, op_span, "syntax: expected ';'");
		diag_hint(p->diags, d, "only variables and maps can be assigned to");
	}
}

struct node *build_assign(struct parser *p, struct span at, struct node *target, struct token op,
			  struct node *value)
{
	bool is_plain = op.kind == TOK_ASSIGN;

	if (target->kind == NODE_var || target->kind == NODE_map)
		return MAKE(assign, at, op_of_assign(op.kind), target, value);
	if (!is_plain || target->kind != NODE_name ||
	    target->name.name != intern_str(p->script->names, "_"))
		refuse_target(p, target, op.span);
	return MAKE(discard, at, value);
}

struct node *build_for(struct parser *p, struct span at, struct node *var, struct node_list range,
		       struct node *body)
{
	struct node *first = range.first;

	if (first->next) {
		first->next = NULL;
		return MAKE(for_range, at, .var = var, .from = first, .to = range.last, .body = body);
	}
	if (first->kind != NODE_map || first->map.key)
		diag_hint(p->diags,
			  diag_error(p->diags, DIAG_SYNTAX, first->span,
				     "syntax: expected map or range in for loop"),
			  "for ($i : 0..5) { ... } counts, for ($kv : @map) { ... } goes through a "
			  "map");
	return MAKE(for_map, at, .var = var, .map = first, .body = body);
}

struct node *build_block(struct parser *p, struct span at, struct node_list stmts,
			 struct node *last)
{
	if (last)
		stmts = node_list_add(stmts, last);
	if (last && last->kind == NODE_expr_stmt)
		last->expr_stmt.trailing = true;
	return MAKE(block, at, stmts.first);
}

/* ---- the top level ---- */

struct node *build_macro_word(struct parser *p, struct span at, struct token name)
{
	if (filter_is_value_name(&name))
		diag_hint(p->diags,
			  diag_error(p->diags, DIAG_SYNTAX, at,
				     "syntax: builtin '%.*s' can't be used as a macro argument",
				     (int)name.len, name.text),
			  "choose another name for it");
	return MAKE(name, at, .name = intern_token(p, name));
}

struct node *build_macro(struct parser *p, struct span at, struct token name, struct node_list params,
			 struct node *body)
{
	return MAKE(macro, at, .name = intern_token(p, name), .name_span = name.span,
		    .params = params.first, .body = body,
		    .needs_parens = filter_is_value_name(&name));
}

void begin_item(struct parser *p, enum stage stage, struct span at, const char *too_late)
{
	if (p->stage > stage && too_late)
		diag_error(p->diags, DIAG_SYNTAX, at, "syntax: %s", too_late);
	if (stage > p->stage)
		p->stage = stage;
}

void add_config(struct parser *p, struct span at, struct node_list settings)
{
	begin_item(p, STAGE_PREAMBLE, at, "config must appear before probes and functions");
	if (p->has_config && p->stage == STAGE_PREAMBLE)
		diag_hint(p->diags,
			  diag_error(p->diags, DIAG_SYNTAX, at, "syntax: duplicate config block"),
			  "put all settings into one block");
	p->has_config = true;
	if (!p->config.first)
		p->config = settings;
}

void add_item(struct parser *p, struct node *item)
{
	p->items = node_list_add(p->items, item);
}

void add_import(struct parser *p, struct span at, struct token path)
{
	p->imports = node_list_add(p->imports, MAKE(import, at, .path = path.text, .len = path.len));
}

struct node *parse_program(struct script *s, const char *file, const char *text, size_t len)
{
	uint32_t start = sources_add(s->sources, file, text, len);
	struct parser p = { .script = s, .arena = s->arena, .diags = s->diags };
	struct span all = { start, start + (uint32_t)len };
	struct node *program;

	if (!start) {
		diag_hint(s->diags,
			  diag_error(s->diags, DIAG_SYNTAX, (struct span){0, 0}, "%s: too large",
				     file),
			  "all files of a script together may have 4 GiB");
		return NULL;
	}
	if (!s->headers)
		c_headers_init(s);
	p.lexer = lexer_new(s->arena, s->diags, start, sources_text(s->sources, start), len);
	/* Its result says no more than the diags do. */
	grammar_parse(&p);
	program = node_make(s->arena, (struct node){
		.kind = NODE_program,
		.span = all,
		.program = { p.config.first, p.imports.first, p.items.first },
	});
	lexer_free(p.lexer);
	vec_done(&p.open);
	return program;
}

int script_parse(struct script *s, const char *file, const char *text, size_t len)
{
	unsigned errors = diags_errors(s->diags);
	struct node *program = parse_program(s, file, text, len);

	if (program)
		s->root = program;
	return diags_errors(s->diags) > errors ? -1 : 0;
}

struct node *parse_expression(struct script *s, struct diags *ds, const struct value_words *words, const char *text,
			      size_t len)
{
	struct parser p = {
		.script = s, .arena = s->arena, .diags = ds, .wants_expression = true, .words = words,
	};

	p.lexer = lexer_new(s->arena, ds, 0, text, len);
	lexer_begin_code(p.lexer);
	grammar_parse(&p);
	lexer_free(p.lexer);
	vec_done(&p.open);
	return diags_errors(ds) ? NULL : p.expression;
}
