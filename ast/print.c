/* The tree as text: node by node for developers and tests, and as a script with its types. */
#include <inttypes.h>
#include <string.h>

#include "ast/node.h"
#include "ast/script.h"
#include "ast/type.h"
#include "base/str.h"

/* ---- shared pieces ---- */

static void put_string(struct strbuf *b, const char *text, size_t len)
{
	static const char named[] = "\n\t\r\"\\", letters[] = "ntr\"\\";

	strbuf_putc(b, '"');
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		const char *name = c ? strchr(named, c) : NULL;

		if (name)
			strbuf_printf(b, "\\%c", letters[name - named]);
		else if (c < 0x20 || c >= 0x7f)
			strbuf_printf(b, "\\%03o", c);
		else
			strbuf_putc(b, (char)c);
	}
	strbuf_putc(b, '"');
}

static void put_number(struct strbuf *b, const struct node *n)
{
	if (n->number.negative)
		strbuf_printf(b, "%" PRId64, (int64_t)n->number.value);
	else
		strbuf_printf(b, "%" PRIu64, n->number.value);
}

static void put_positional(struct strbuf *b, const struct node *n)
{
	if (n->positional.n)
		strbuf_printf(b, "$%" PRIu64, n->positional.n);
	else
		strbuf_puts(b, "$#");
}

static void put_type_name(struct strbuf *b, const struct node *n)
{
	static const char *const tags[] = {
		[TAG_NONE] = "",
		[TAG_STRUCT] = "struct ",
		[TAG_UNION] = "union ",
		[TAG_ENUM] = "enum ",
	};

	strbuf_printf(b, "%s%s", tags[n->type_name.tag], n->type_name.name);
	for (unsigned i = 0; i < n->type_name.n_suffixes; i++) {
		if (n->type_name.suffix[i] == SUFFIX_POINTER)
			strbuf_putc(b, '*');
		else if (n->type_name.suffix[i] == SUFFIX_UNSIZED)
			strbuf_puts(b, "[]");
		else
			strbuf_printf(b, "[%" PRId64 "]", n->type_name.suffix[i]);
	}
}

/* The names of a record's fields. */
static void put_names(struct strbuf *b, const struct node *n)
{
	const char *const *name = n->tuple.names;

	for (const struct node *e = n->tuple.elems; name && e; e = e->next, name++)
		strbuf_printf(b, "%s.%s", name == n->tuple.names ? "" : " ", *name);
}

static void put_map_decl(struct strbuf *b, const struct node *n)
{
	strbuf_printf(b, "@%s = %s(%" PRIu64 ")", n->map_decl.name, n->map_decl.map_kind,
		      n->map_decl.max);
}

/* ---- one node a line ---- */

/* What a node holds besides its children. */
static void put_detail(struct strbuf *b, const struct node *n)
{
	switch (n->kind) {
	case NODE_number: put_number(b, n); break;
	case NODE_boolean: strbuf_puts(b, n->boolean.value ? "true" : "false"); break;
	case NODE_string: put_string(b, n->string.text, n->string.len); break;
	case NODE_name: strbuf_puts(b, n->name.name); break;
	case NODE_positional: put_positional(b, n); break;
	case NODE_var: strbuf_printf(b, "$%s", n->var.name); break;
	case NODE_map: strbuf_printf(b, "@%s", n->map.name); break;
	case NODE_unary: strbuf_puts(b, op_text(n->unary.op)); break;
	case NODE_binary: strbuf_puts(b, op_text(n->binary.op)); break;
	case NODE_ternary: strbuf_puts(b, n->ternary.yes ? "? :" : "?:"); break;
	case NODE_call: strbuf_puts(b, n->call.name); break;
	case NODE_macro: strbuf_puts(b, n->macro.name); break;
	case NODE_inlined: strbuf_puts(b, n->inlined.fn->name); break;
	case NODE_function: strbuf_puts(b, n->function.name); break;
	case NODE_field: strbuf_puts(b, n->field.name); break;
	case NODE_element: strbuf_printf(b, "%" PRIu64, n->element.n); break;
	case NODE_type_name: put_type_name(b, n); break;
	case NODE_tuple: put_names(b, n); break;
	case NODE_assign: strbuf_printf(b, "%s=", op_text(n->assign.op)); break;
	case NODE_expr_stmt: strbuf_puts(b, n->expr_stmt.trailing ? "trailing" : ""); break;
	case NODE_attach_point:
		put_string(b, n->attach_point.text, strlen(n->attach_point.text));
		break;
	case NODE_setting: strbuf_puts(b, n->setting.key); break;
	case NODE_import: put_string(b, n->import.path, n->import.len); break;
	case NODE_map_decl: put_map_decl(b, n); break;
	case NODE_incdec:
		strbuf_printf(b, "%s %s", n->incdec.prefix ? "prefix" : "postfix",
			      op_text(n->incdec.op));
		break;
	default: break; /* nothing but children */
	}
}

struct printer {
	FILE *out;
	unsigned indent;
};

static int print_node(struct node *n, void *ctx)
{
	struct printer *to = ctx;
	struct printer below = { to->out, to->indent + 1 };
	struct strbuf detail = { 0 };

	put_detail(&detail, n);
	fprintf(to->out, "%*s%s%s%s", (int)to->indent * 2, "", node_kind_name(n->kind),
		detail.len ? " " : "", detail.len ? detail.data : "");
	strbuf_done(&detail);
	if (n->type)
		fprintf(to->out, " : %s", n->type->name);
	putc('\n', to->out);
	return node_each_child(n, print_node, &below);
}

void node_print(FILE *out, const struct node *n)
{
	struct printer to = { out, 0 };

	print_node((struct node *)n, &to);
}

/* ---- as a script ---- */

/* How tightly an expression holds together; op_level() in between. */
enum { LEVEL_TERNARY = 0, LEVEL_PREFIX = 11, LEVEL_POSTFIX, LEVEL_PRIMARY, LEVEL_PARENS };

struct writer {
	struct strbuf text;
	unsigned indent;
};

static void write_expr(struct writer *w, const struct node *n, unsigned level);
static void write_stmt(struct writer *w, const struct node *n);

static void write_indent(struct writer *w)
{
	strbuf_pad(&w->text, ' ', w->indent * 2);
}

static void write_block(struct writer *w, const struct node *n)
{
	strbuf_puts(&w->text, "{\n");
	w->indent++;
	for (const struct node *stmt = n->block.stmts; stmt; stmt = stmt->next) {
		write_indent(w);
		write_stmt(w, stmt);
		strbuf_putc(&w->text, '\n');
	}
	w->indent--;
	write_indent(w);
	strbuf_putc(&w->text, '}');
}

static void write_list(struct writer *w, const struct node *n)
{
	for (; n; n = n->next) {
		write_expr(w, n, LEVEL_TERNARY);
		if (n->next)
			strbuf_puts(&w->text, ", ");
	}
}

static void write_cond(struct writer *w, const struct node *n)
{
	strbuf_puts(&w->text, "if (");
	write_expr(w, n->cond.cond, LEVEL_TERNARY);
	strbuf_puts(&w->text, ") ");
	write_block(w, n->cond.yes);
	if (!n->cond.no)
		return;
	strbuf_puts(&w->text, " else ");
	if (n->cond.no->kind == NODE_cond)
		write_cond(w, n->cond.no);
	else
		write_block(w, n->cond.no);
}

static void write_map(struct writer *w, const struct node *n)
{
	const struct node *key = n->map.key;

	strbuf_printf(&w->text, "@%s", n->map.name);
	if (!key)
		return;
	strbuf_putc(&w->text, '[');
	write_expr(w, key, LEVEL_TERNARY);
	strbuf_putc(&w->text, ']');
}

static void write_record(struct writer *w, const struct node *n)
{
	const char *const *name = n->tuple.names;

	strbuf_putc(&w->text, '(');
	for (const struct node *e = n->tuple.elems; e; e = e->next, name++) {
		strbuf_printf(&w->text, "%s=", *name);
		write_expr(w, e, LEVEL_TERNARY);
		if (e->next)
			strbuf_puts(&w->text, ", ");
	}
	strbuf_putc(&w->text, ')');
}

static void write_tuple(struct writer *w, const struct node *n)
{
	if (n->tuple.names) {
		write_record(w, n);
		return;
	}
	strbuf_putc(&w->text, '(');
	write_list(w, n->tuple.elems);
	strbuf_puts(&w->text, n->tuple.elems && !n->tuple.elems->next ? ",)" : ")");
}

static void write_unary(struct writer *w, const struct node *n)
{
	/* "-(-x)": two signs in a row would be another one */
	const struct node *operand = n->unary.operand;
	bool is_twice = operand->kind == NODE_unary || operand->kind == NODE_incdec;

	strbuf_puts(&w->text, op_text(n->unary.op));
	write_expr(w, operand, is_twice ? LEVEL_PARENS : LEVEL_PREFIX);
}

static void write_incdec(struct writer *w, const struct node *n)
{
	if (n->incdec.prefix)
		strbuf_puts(&w->text, op_text(n->incdec.op));
	write_expr(w, n->incdec.operand, LEVEL_POSTFIX);
	if (!n->incdec.prefix)
		strbuf_puts(&w->text, op_text(n->incdec.op));
}

static void write_binary(struct writer *w, const struct node *n)
{
	unsigned level = op_level(n->binary.op);

	write_expr(w, n->binary.lhs, level);
	strbuf_printf(&w->text, " %s ", op_text(n->binary.op));
	write_expr(w, n->binary.rhs, level + 1);
}

static void write_ternary(struct writer *w, const struct node *n)
{
	write_expr(w, n->ternary.cond, LEVEL_TERNARY + 1);
	strbuf_puts(&w->text, n->ternary.yes ? " ? " : " ?");
	if (n->ternary.yes)
		write_expr(w, n->ternary.yes, LEVEL_TERNARY);
	strbuf_puts(&w->text, n->ternary.yes ? " : " : ": ");
	write_expr(w, n->ternary.no, LEVEL_TERNARY);
}

static void write_type_of(struct writer *w, const struct node *n);

static void write_type(struct writer *w, const struct node *n)
{
	if (n->kind == NODE_type_of)
		write_type_of(w, n);
	else
		put_detail(&w->text, n);
}

static void write_comptime(struct writer *w, const struct node *n)
{
	strbuf_puts(&w->text, "comptime ");
	write_expr(w, n->comptime.operand, LEVEL_PREFIX);
}

static void write_cast(struct writer *w, const struct node *n)
{
	const struct node *operand = n->cast.operand;
	/* In front of these, a '(' opens no cast. */
	bool is_odd = operand->kind == NODE_block || operand->kind == NODE_incdec;

	strbuf_putc(&w->text, '(');
	write_type(w, n->cast.to);
	strbuf_putc(&w->text, ')');
	write_expr(w, operand, is_odd ? LEVEL_PARENS : LEVEL_PREFIX);
}

static void write_call(struct writer *w, const struct node *n)
{
	strbuf_printf(&w->text, "%s(", n->call.name);
	write_list(w, n->call.args);
	strbuf_putc(&w->text, ')');
}

static void write_inlined(struct writer *w, const struct node *n)
{
	strbuf_printf(&w->text, "%s(", n->inlined.fn->name);
	write_list(w, n->inlined.args);
	strbuf_putc(&w->text, ')');
}

/* "sizeof(": the operand of what takes a type or an expression; the caller closes. */
static void write_operand(struct writer *w, const char *word, const struct node *operand)
{
	/* Without parentheses these would be types. */
	bool is_like_type = operand->kind == NODE_name || operand->kind == NODE_index;

	strbuf_printf(&w->text, "%s(", word);
	write_expr(w, operand, is_like_type ? LEVEL_PARENS : LEVEL_TERNARY);
}

static void write_size_of(struct writer *w, const struct node *n)
{
	write_operand(w, "sizeof", n->size_of.operand);
	strbuf_putc(&w->text, ')');
}

static void write_type_of(struct writer *w, const struct node *n)
{
	write_operand(w, "typeof", n->type_of.operand);
	strbuf_putc(&w->text, ')');
}

static void write_type_info(struct writer *w, const struct node *n)
{
	write_operand(w, "typeinfo", n->type_info.operand);
	strbuf_putc(&w->text, ')');
}

static void write_offset_of(struct writer *w, const struct node *n)
{
	write_operand(w, "offsetof", n->offset_of.operand);
	for (const struct node *m = n->offset_of.members; m; m = m->next)
		strbuf_printf(&w->text, "%s%s", m == n->offset_of.members ? ", " : ".", m->name.name);
	strbuf_putc(&w->text, ')');
}

static void write_access(struct writer *w, const struct node *n)
{
	if (n->kind == NODE_index) {
		write_expr(w, n->index.base, LEVEL_POSTFIX);
		strbuf_putc(&w->text, '[');
		write_expr(w, n->index.index, LEVEL_TERNARY);
		strbuf_putc(&w->text, ']');
		return;
	}
	write_expr(w, n->kind == NODE_field ? n->field.base : n->element.base, LEVEL_POSTFIX);
	strbuf_putc(&w->text, '.');
	put_detail(&w->text, n);
}

static unsigned level_of(const struct node *n)
{
	switch (n->kind) {
	case NODE_ternary: return LEVEL_TERNARY;
	case NODE_binary: return op_level(n->binary.op);
	case NODE_unary: case NODE_cast: case NODE_comptime: return LEVEL_PREFIX;
	case NODE_incdec: return n->incdec.prefix ? LEVEL_PREFIX : LEVEL_POSTFIX;
	case NODE_field: case NODE_element: case NODE_index: return LEVEL_POSTFIX;
	default: return LEVEL_PRIMARY;
	}
}

static void write_bare_expr(struct writer *w, const struct node *n)
{
	switch (n->kind) {
	case NODE_map: write_map(w, n); break;
	case NODE_unary: write_unary(w, n); break;
	case NODE_incdec: write_incdec(w, n); break;
	case NODE_binary: write_binary(w, n); break;
	case NODE_ternary: write_ternary(w, n); break;
	case NODE_cast: write_cast(w, n); break;
	case NODE_comptime: write_comptime(w, n); break;
	case NODE_call: write_call(w, n); break;
	case NODE_inlined: write_inlined(w, n); break;
	case NODE_field: case NODE_element: case NODE_index: write_access(w, n); break;
	case NODE_tuple: write_tuple(w, n); break;
	case NODE_size_of: write_size_of(w, n); break;
	case NODE_offset_of: write_offset_of(w, n); break;
	case NODE_type_info: write_type_info(w, n); break;
	case NODE_type_of: write_type_of(w, n); break;
	case NODE_cond: write_cond(w, n); break;
	case NODE_block: write_block(w, n); break;
	default: put_detail(&w->text, n); break; /* without children */
	}
}

/* level: the loosest expression that needs no parentheses here. */
static void write_expr(struct writer *w, const struct node *n, unsigned level)
{
	bool is_loose = level_of(n) < level;

	if (is_loose)
		strbuf_putc(&w->text, '(');
	write_bare_expr(w, n);
	if (is_loose)
		strbuf_putc(&w->text, ')');
	if (n->type)
		strbuf_printf(&w->text, " /* %s */", n->type->name);
}

static void write_let(struct writer *w, const struct node *n)
{
	strbuf_printf(&w->text, "let $%s", n->let.var->var.name);
	if (n->let.declared) {
		strbuf_puts(&w->text, " : ");
		write_type(w, n->let.declared);
	}
	if (n->let.value) {
		strbuf_puts(&w->text, " = ");
		write_expr(w, n->let.value, LEVEL_TERNARY);
	}
	strbuf_putc(&w->text, ';');
}

static void write_for(struct writer *w, const struct node *n)
{
	if (n->kind == NODE_for_map) {
		strbuf_printf(&w->text, "for ($%s : @%s) ", n->for_map.var->var.name,
			      n->for_map.map->map.name);
		write_block(w, n->for_map.body);
		return;
	}
	strbuf_printf(&w->text, "for ($%s : ", n->for_range.var->var.name);
	write_expr(w, n->for_range.from, LEVEL_PRIMARY);
	strbuf_puts(&w->text, "..");
	write_expr(w, n->for_range.to, LEVEL_PRIMARY);
	strbuf_puts(&w->text, ") ");
	write_block(w, n->for_range.body);
}

static void write_loop(struct writer *w, const char *word, const struct node *head,
		       const struct node *body)
{
	strbuf_printf(&w->text, "%s (", word);
	write_expr(w, head, LEVEL_TERNARY);
	strbuf_puts(&w->text, ") ");
	write_block(w, body);
}

/* `before`, a value that may be NULL, `behind` */
static void write_simple(struct writer *w, const char *before, const struct node *value,
			 const char *behind)
{
	strbuf_puts(&w->text, before);
	if (value)
		write_expr(w, value, LEVEL_TERNARY);
	strbuf_puts(&w->text, behind);
}

static void write_assign(struct writer *w, const struct node *n)
{
	write_bare_expr(w, n->assign.target);
	strbuf_printf(&w->text, " %s= ", op_text(n->assign.op));
	write_simple(w, "", n->assign.value, ";");
}

static void write_probe(struct writer *w, const struct node *n)
{
	for (const struct node *point = n->probe.points; point; point = point->next) {
		strbuf_puts(&w->text, point->attach_point.text);
		strbuf_puts(&w->text, point->next ? ",\n" : "\n");
	}
	if (n->probe.predicate)
		write_simple(w, "/ ", n->probe.predicate, " /\n");
	write_block(w, n->probe.body);
}

static void write_macro(struct writer *w, const struct node *n)
{
	strbuf_printf(&w->text, "macro %s(", n->macro.name);
	write_list(w, n->macro.params);
	strbuf_puts(&w->text, ") ");
	write_block(w, n->macro.body);
}

static void write_function(struct writer *w, const struct node *n)
{
	strbuf_printf(&w->text, "fn %s(", n->function.name);
	for (const struct node *p = n->function.params; p; p = p->next) {
		strbuf_printf(&w->text, "$%s : ", p->param.var->var.name);
		write_type(w, p->param.declared);
		strbuf_puts(&w->text, p->next ? ", " : "");
	}
	strbuf_puts(&w->text, ") : ");
	write_type(w, n->function.result);
	strbuf_putc(&w->text, ' ');
	write_block(w, n->function.body);
}

static void write_program(struct writer *w, const struct node *n)
{
	if (n->program.config)
		strbuf_puts(&w->text, "config = {\n");
	for (const struct node *s = n->program.config; s; s = s->next) {
		strbuf_puts(&w->text, "  ");
		write_stmt(w, s);
		strbuf_putc(&w->text, '\n');
	}
	if (n->program.config)
		strbuf_puts(&w->text, "}\n");
	for (const struct node *i = n->program.imports; i; i = i->next) {
		write_stmt(w, i);
		strbuf_putc(&w->text, '\n');
	}
	for (const struct node *item = n->program.items; item; item = item->next) {
		write_stmt(w, item);
		strbuf_putc(&w->text, '\n');
	}
}

/* A block needs no ';' in front of something that cannot go on with its value. */
static bool ends_itself(const struct node *n)
{
	const struct node *value = n->expr_stmt.value;

	if (n->expr_stmt.trailing)
		return true;
	return (value->kind == NODE_cond || value->kind == NODE_block) && n->next &&
	       n->next->kind != NODE_expr_stmt;
}

/* Statements and everything above them. */
static void write_stmt(struct writer *w, const struct node *n)
{
	switch (n->kind) {
	case NODE_let: write_let(w, n); break;
	case NODE_assign: write_assign(w, n); break;
	case NODE_discard: write_simple(w, "_ = ", n->discard.value, ";"); break;
	case NODE_expr_stmt:
		write_simple(w, "", n->expr_stmt.value, ends_itself(n) ? "" : ";");
		break;
	case NODE_while_loop: write_loop(w, "while", n->while_loop.cond, n->while_loop.body); break;
	case NODE_unroll: write_loop(w, "unroll", n->unroll.count, n->unroll.body); break;
	case NODE_for_map: case NODE_for_range: write_for(w, n); break;
	case NODE_break_stmt: strbuf_puts(&w->text, "break;"); break;
	case NODE_continue_stmt: strbuf_puts(&w->text, "continue;"); break;
	case NODE_return_stmt:
		strbuf_puts(&w->text, "return");
		write_simple(w, n->return_stmt.value ? " " : "", n->return_stmt.value, ";");
		break;
	case NODE_import:
		strbuf_puts(&w->text, "import ");
		put_detail(&w->text, n);
		strbuf_putc(&w->text, ';');
		break;
	case NODE_attach_point: strbuf_puts(&w->text, n->attach_point.text); break;
	case NODE_probe: write_probe(w, n); break;
	case NODE_setting:
		strbuf_printf(&w->text, "%s = ", n->setting.key);
		write_simple(w, "", n->setting.value, ";");
		break;
	case NODE_map_decl:
		strbuf_puts(&w->text, "let ");
		put_map_decl(&w->text, n);
		strbuf_putc(&w->text, ';');
		break;
	case NODE_macro: write_macro(w, n); break;
	case NODE_function: write_function(w, n); break;
	case NODE_program: write_program(w, n); break;
	default: write_expr(w, n, LEVEL_TERNARY); break;
	}
}

void node_print_typed(FILE *out, const struct node *n)
{
	struct writer w = { 0 };

	write_stmt(&w, n);
	if (w.text.len)
		fwrite(w.text.data, 1, w.text.len, out);
	strbuf_done(&w.text);
}
