#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/source.h"
#include "base/str.h"
#include "base/vec.h"
#include "parser/parser.h"

static struct script *parse(const char *text, size_t len)
{
	static const struct host host;
	struct script *s = script_new(&host);
	int result = script_parse(s, "test", text, len);

	assert_non_null(s->root);
	assert_int_equal(s->root->kind, NODE_program);
	assert_int_equal(result, diags_errors(s->diags) ? -1 : 0);
	return s;
}

/* A text good to read, n times "before", the middle, n times "behind". */
static char *repeat(const char *start, const char *before, unsigned n, const char *middle,
		    const char *behind, const char *end)
{
	struct strbuf b = { 0 };

	strbuf_puts(&b, start);
	for (unsigned i = 0; i < n; i++)
		strbuf_puts(&b, before);
	strbuf_puts(&b, middle);
	for (unsigned i = 0; i < n; i++)
		strbuf_puts(&b, behind);
	strbuf_puts(&b, end);
	return b.data;
}

static char *print_with(void (*print)(FILE *out, const struct node *n), const struct node *n)
{
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	print(out, n);
	fclose(out);
	return text;
}

/* ---- trees ---- */

static const struct node *first_stmt(const struct script *s)
{
	return s->root->program.items->probe.body->block.stmts;
}

/* Each pair of operators groups as their levels say. */
static void test_precedence(void **state)
{
	(void)state;
	for (enum op a = OP_OR; a <= OP_MOD; a++) {
		for (enum op b = OP_OR; b <= OP_MOD; b++) {
			enum op loosest = op_level(b) <= op_level(a) ? b : a;
			char text[64];
			struct script *s;

			snprintf(text, sizeof(text), "begin { 1 %s 2 %s 3 }", op_text(a), op_text(b));
			s = parse(text, strlen(text));
			assert_int_equal(diags_errors(s->diags), 0);
			if (first_stmt(s)->expr_stmt.value->binary.op != loosest)
				fail_msg("%s", text);
			script_free(s);
		}
	}
}

/* A statement and what it is read as, written by node_print_typed(). */
static const struct {
	const char *text, *want;
} statements[] = {
	{ "1 - 2 - 3;", "1 - 2 - 3;" },
	{ "1 - (2 - 3);", "1 - (2 - 3);" },
	{ "(1 + 2) * 3;", "(1 + 2) * 3;" },
	{ "-1 - -2;", "-1 - -2;" },
	{ "- -1;", "-(-1);" },
	{ "!~-*$x;", "!(~(-(*$x)));" },
	{ "&@x; &$x;", "&@x;" },
	{ "a ? b : c ? d : e;", "a ? b : c ? d : e;" },
	{ "a ? b ? c : d : e;", "a ? b ? c : d : e;" },
	{ "(a ? b : c) ? d : e;", "(a ? b : c) ? d : e;" },
	{ "a ?: b;", "a ?: b;" },
	{ "1 || 2 ? 3 : 4;", "1 || 2 ? 3 : 4;" },
	{ "(int8)1 + 2;", "(int8)1 + 2;" },
	{ "(int8)$x.1;", "(int8)$x.1;" },
	{ "((int8)$x).1;", "((int8)$x).1;" },
	{ "(struct x*)1;", "(struct x*)1;" },
	{ "*(int32*[2][])arg0;", "*(int32*[2][])arg0;" },
	{ "args->a.b.0[1];", "args.a.b.0[1];" },
	{ "args.return;", "args.return;" },
	{ "1.5;", "1.5;" },
	{ "@[1];", "@[1];" },
	{ "@ [1];", "@[1];" },
	{ "@x[1, \"a\"][2];", "@x[(1, \"a\")][2];" },
	{ "@x[(1, 2)];", "@x[(1, 2)];" },
	{ "();", "();" },
	{ "(1,);", "(1,);" },
	{ "(1, 2,);", "(1, 2);" },
	{ "((1));", "1;" },
	{ "sizeof(uint8[4]);", "sizeof(uint8[4]);" },
	{ "sizeof($x + 1);", "sizeof($x + 1);" },
	{ "sizeof((x));", "sizeof((x));" },
	{ "sizeof((x)[1]);", "sizeof((x[1]));" },
	{ "(int8)(++$x);", "(int8)(++$x);" },
	{ "f(); g(1, \"x\\n\");", "f();" },
	{ "f (1);", "f(1);" },
	{ "$1 + $#;", "$1 + $#;" },
	{ "true; false;", "true;" },
	{ "$x++; --@y[1];", "$x++;" },
	{ "--@y[1];", "--@y[1];" },
	{ "$x = 5ms;", "$x = 5000000;" },
	{ "@x <<= 1;", "@x <<= 1;" },
	{ "@x[1] >>= 1;", "@x[1] >>= 1;" },
	{ "$x += {1} + 2;", "$x += {\n  1\n} + 2;" },
	{ "_ = f();", "_ = f();" },
	{ "let $x;", "let $x;" },
	{ "let $x = 1;", "let $x = 1;" },
	{ "let $x : int8;", "let $x : int8;" },
	{ "let $x : string[4] = \"x\";", "let $x : string[4] = \"x\";" },
	{ "if $x { }", "if ($x) {\n}" },
	{ "if !f(1) { } else { }", "if (!f(1)) {\n} else {\n}" },
	{ "if (1) { } else if 2 { } else { }", "if (1) {\n} else if (2) {\n} else {\n}" },
	{ "if (1) { } - 1;", "if (1) {\n} - 1;" },
	{ "if (1) { } (2);", "if (1) {\n}" },
	{ "if (1) { };", "if (1) {\n}" },
	{ "if comm == 1 ? 2 : 3 { }", NULL },
	{ "while (1) { } -1;", "while (1) {\n}" },
	{ "while $x { break; continue }", "while ($x) {\n  break;\n  continue;\n}" },
	{ "unroll 5 { }", "unroll (5) {\n}" },
	{ "for $x : @y { }", "for ($x : @y) {\n}" },
	{ "for ($x : 1..$y) { }", "for ($x : 1..$y) {\n}" },
	{ "for $x : (1+2)..@a[1] { }", "for ($x : (1 + 2)..@a[1]) {\n}" },
	{ "comptime 1 + 2;", "comptime 1 + 2;" },
	{ "comptime (1 + 2) * 3;", "comptime (1 + 2) * 3;" },
	{ "comptime -comptime $x;", "comptime -comptime $x;" },
	{ "comptime (uint8)1 ? 2 : 3;", "comptime (uint8)1 ? 2 : 3;" },
	{ "if comptime (1) { } else if comptime $x { }", "if (comptime 1) {\n} else if (comptime $x) {\n}" },
	{ "f(typeof(int8*), typeof($x + 1));", "f(typeof(int8*), typeof($x + 1));" },
	{ "return;", "return;" },
	{ "import \"x\";", "import \"x\";" },
	{ "import \"x.h\" }", "import \"x.h\";" },
	{ "return 1 }", "return 1;" },
	{ "{ 1 }", "{\n  1\n}" },
};

static void test_statements(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(statements); i++) {
		char text[200], *got;
		struct script *s;

		snprintf(text, sizeof(text), "begin { %s }", statements[i].text);
		if (strchr(statements[i].text, '}') && !strchr(statements[i].text, '{'))
			text[strlen(text) - 1] = '\0'; /* brings its own */
		s = parse(text, strlen(text));
		if (!statements[i].want) {
			assert_int_not_equal(diags_errors(s->diags), 0);
			script_free(s);
			continue;
		}
		if (diags_errors(s->diags))
			fail_msg("%s: %s", text, diags_first(s->diags)->message);
		got = print_with(node_print_typed, first_stmt(s));
		if (strncmp(got, statements[i].want, strlen(statements[i].want)))
			fail_msg("%s\ngot  %s\nwant %s", text, got, statements[i].want);
		free(got);
		script_free(s);
	}
}

/* What was printed is read as the same tree. */
static void test_printed_is_read_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(statements); i++) {
		char text[600], *printed, *tree, *tree_again;
		struct script *s, *again;

		if (!statements[i].want || strchr(statements[i].want, '\n'))
			continue;
		snprintf(text, sizeof(text), "import \"a\\n.bt\"; config = { x = 1 } import \"b\"; macro m($a, @b, c) { %s } "
			 "fn f() : void { } fn g($a : int8*[3], $b : typeof($c + 1)) : struct x { %s } "
			 "kprobe:f, kprobe:g /1/ { %s }",
			 statements[i].text, statements[i].text, statements[i].text);
		s = parse(text, strlen(text));
		if (diags_errors(s->diags)) { /* one that closes its block itself */
			script_free(s);
			continue;
		}
		printed = print_with(node_print_typed, s->root);
		again = parse(printed, strlen(printed));
		assert_int_equal(diags_errors(again->diags), 0);
		tree = print_with(node_print, s->root);
		tree_again = print_with(node_print, again->root);
		assert_string_equal(tree, tree_again);
		free(printed);
		free(tree);
		free(tree_again);
		script_free(s);
		script_free(again);
	}
}

/* Nodes cover their text, with its parentheses where they are inside. */
static void test_spans(void **state)
{
	static const char text[] = "begin { $x = (1 + 2) * @y[3]; }";
	struct script *s = parse(text, strlen(text));
	const struct node *assign = first_stmt(s), *product = assign->assign.value;

	(void)state;
	assert_memory_equal(sources_text(s->sources, assign->span.start), "$x = (1 + 2) * @y[3];", 21);
	assert_int_equal(assign->span.end - assign->span.start, 20);
	assert_memory_equal(sources_text(s->sources, product->span.start), "(1 + 2) *", 9);
	assert_int_equal(product->binary.op_span.start - product->span.start, 8);
	assert_int_equal(product->binary.rhs->span.end - product->binary.rhs->span.start, 5);
	script_free(s);
}

/* ---- errors ---- */

struct complaint {
	unsigned column; /* of the first line; 0: not looked at */
	enum diag_code code;
	const char *message;
};

enum { MAX_COMPLAINTS = 4 };

static const struct {
	const char *text;
	struct complaint want[MAX_COMPLAINTS];
} mistakes[] = {
	/* the top level */
	{ "5", { { 2, DIAG_SYNTAX, "syntax: expected '{'" } } },
	{ "foo;", { { 5, DIAG_SYNTAX, "syntax: expected '{'" } } },
	{ "typedef int x; begin { f(); ; }", { { 9, DIAG_SYNTAX, "syntax: expected '{'" },
					       { 29, DIAG_SYNTAX, "syntax: expected expression" } } },
	{ "{ }", { { 1, DIAG_SYNTAX, "syntax: expected attach point" } } },
	{ ", begin { }", { { 1, DIAG_SYNTAX, "syntax: expected attach point" } } },
	{ "begin,", { { 7, DIAG_SYNTAX, "syntax: expected attach point" } } },
	{ "begin { } } end { ; }", { { 11, DIAG_SYNTAX, "syntax: expected attach point" },
				     { 19, DIAG_SYNTAX, "syntax: expected expression" } } },
	{ "let $x = 5;", { { 5, DIAG_SYNTAX, "syntax: root-level let statements need to be map "
					     "declarations, e.g. let @a = hash(2);" } } },
	{ "let x = 5;", { { 5, DIAG_SYNTAX, "syntax: expected '@' in map declaration" } } },
	{ "let @x = 5;", { { 10, DIAG_SYNTAX, "syntax: expected map type name" } } },
	{ "let @x = hash(-5);", { { 15, DIAG_SYNTAX, "syntax: expected positive integer for map "
						     "declaration max entries" } } },
	{ "begin { } config = { }",
	  { { 11, DIAG_SYNTAX, "syntax: config must appear before probes and functions" } } },
	{ "config = { } config = { }", { { 14, DIAG_SYNTAX, "syntax: duplicate config block" } } },
	{ "config = { = 1 }", { { 12, DIAG_SYNTAX, "syntax: expected config key" } } },
	{ "config = { a = (1); b = -1 }",
	  { { 16, DIAG_SYNTAX, "syntax: expected string, int, boolean, or ident" },
	    { 25, DIAG_SYNTAX, "syntax: expected string, int, boolean, or ident" } } },
	/* predicates */
	{ "kprobe:f /pid == 1 { f(); ; } end { ; }",
	  { { 20, DIAG_SYNTAX, "syntax: expected '/' to close predicate" },
	    { 27, DIAG_SYNTAX, "syntax: expected expression" },
	    { 37, DIAG_SYNTAX, "syntax: expected expression" } } },
	{ "kprobe:f /pid == / { f(); ; }", { { 18, DIAG_SYNTAX, "syntax: expected expression" },
					     { 27, DIAG_SYNTAX, "syntax: expected expression" } } },
	{ "begin { $x / { } }", { { 12, DIAG_SYNTAX, "syntax: expected ';'" } } },
	/* statements: reading goes on behind each */
	{ "begin { $a = 1 $b = 2; $c = ; $d = 4 }",
	  { { 16, DIAG_SYNTAX, "syntax: expected ';'" },
	    { 29, DIAG_SYNTAX, "syntax: expected expression" } } },
	{ "begin { print('a'); ; }", { { 15, DIAG_SYNTAX, "syntax: expected expression" },
				       { 21, DIAG_SYNTAX, "syntax: expected expression" } } },
	{ "begin { f(1 2); g[1; (1, 2; }", { { 13, DIAG_SYNTAX, "syntax: expected ')'" },
					     { 20, DIAG_SYNTAX, "syntax: expected ']'" },
					     { 27, DIAG_SYNTAX, "syntax: expected ')'" } } },
	{ "begin { ;; }", { { 9, DIAG_SYNTAX, "syntax: expected expression" },
			    { 10, DIAG_SYNTAX, "syntax: expected expression" } } },
	{ "begin { if $a == 1 { ; } else { ; } $x = ; }",
	  { { 15, DIAG_SYNTAX, "syntax: expected '{'" },
	    { 42, DIAG_SYNTAX, "syntax: expected expression" } } },
	{ "begin { if (1) { } else 5; }",
	  { { 25, DIAG_SYNTAX, "syntax: expected '{' or 'if' after 'else'" } } },
	{ "begin { while (1) { }; }", { { 22, DIAG_SYNTAX, "syntax: expected expression" } } },
	{ "begin { let x = 1; }", { { 13, DIAG_SYNTAX, "syntax: expected variable after 'let'" } } },
	{ "begin { for x : @m { } }", { { 13, DIAG_SYNTAX, "syntax: expected variable in for loop" } } },
	{ "begin { for (x : @m) { } }",
	  { { 14, DIAG_SYNTAX, "syntax: expected variable in for loop" } } },
	{ "begin { for $x : 5 { } for $x : -5..3 { } for $x : @m[1] { } }",
	  { { 18, DIAG_SYNTAX, "syntax: expected map or range in for loop" },
	    { 33, DIAG_SYNTAX, "syntax: expected map or range in for loop" },
	    { 52, DIAG_SYNTAX, "syntax: expected map or range in for loop" } } },
	{ "begin { $x = {1} $y = 2; $z = ; }", { { 18, DIAG_SYNTAX, "syntax: expected ';'" },
						 { 31, DIAG_SYNTAX, "syntax: expected expression" } } },
	{ "begin { $x = if (1) {1} else {2} $y; }", { { 34, DIAG_SYNTAX, "syntax: expected ';'" } } },
	{ "begin { f(); ", { { 14, DIAG_SYNTAX, "syntax: expected '}'" } } },
	{ "begin { f(1", { { 12, DIAG_SYNTAX, "syntax: expected ')'" } } },
	{ "begin { f()\n; g() \n h(); }", { { 6, DIAG_SYNTAX, "syntax: expected ';'" } } },
	/* targets and operands */
	{ "begin { $t.0 = 1; $t->a += 2; $t[0] = 3; 5 = 1; _ += 1; }",
	  { { 9, DIAG_SYNTAX, "syntax: Tuples and records are immutable once created. Consider "
			      "creating a new value and assigning it instead." },
	    { 19, DIAG_SYNTAX, "syntax: Tuples and records are immutable once created. Consider "
			       "creating a new value and assigning it instead." },
	    { 31, DIAG_SYNTAX, "syntax: invalid assignment target" },
	    { 44, DIAG_SYNTAX, "syntax: expected ';'" } } },
	{ "begin { 5++; --f(); &5; }",
	  { { 9, DIAG_SYNTAX, "syntax: increment/decrement requires a variable or map" },
	    { 14, DIAG_SYNTAX, "syntax: increment/decrement requires a variable or map" },
	    { 21, DIAG_SYNTAX, "syntax: address-of operator (&) can only be used on a map or "
			       "variable" } } },
	{ "begin { $x.; $x->1; }", { { 12, DIAG_SYNTAX, "syntax: expected field name after '.'" },
				     { 18, DIAG_SYNTAX, "syntax: expected field name after '->'" } } },
	{ "begin { (pid=1); f(1,); }", { { 13, DIAG_SYNTAX, "syntax: expected ')'" },
					 { 22, DIAG_SYNTAX, "syntax: expected expression" } } },
	{ "begin { let $x : int8*********; }",
	  { { 18, DIAG_SYNTAX, "syntax: a type has at most 8 '*' and '[]'" } } },
	/* what the lexer has said already is not said twice */
	{ "begin { f(\"abc\n; $x = 5; }", { { 11, DIAG_LITERAL, "syntax: unterminated string" } } },
	{ "begin { $x = 5q; }", { { 14, DIAG_LITERAL, "syntax: invalid integer suffix 'q'" } } },
	/* in the language, but not in this version: said once, and reading goes on */
	{ "begin { }\nstruct x { int a; };",
	  { { 1, DIAG_SYNTAX, "syntax: C definitions must appear before probes and functions" } } },
	{ "fn f($a : int, $b : int8*) int { return $a; } begin { }",
	  { { 28, DIAG_SYNTAX, "syntax: expected ':'" } } },
	{ "fn f(a : int) : int { }",
	  { { 6, DIAG_SYNTAX, "syntax: expected variable in function argument" } } },
	{ "macro f($a, @b, c, pid) { c } begin { }",
	  { { 20, DIAG_SYNTAX, "syntax: builtin 'pid' can't be used as a macro argument" } } },
	{ "macro f(a,) { }",
	  { { 11, DIAG_SYNTAX, "syntax: expected macro argument ($var, @map, or identifier)" } } },
	{ "import \"x\" begin { import \"y\" + 1; }",
	  { { 12, DIAG_SYNTAX, "syntax: expected ';' after import" },
	    { 31, DIAG_SYNTAX, "syntax: expected ';' after import" } } },
	{ "import x; begin { }", { { 8, DIAG_SYNTAX, "syntax: expected string after 'import'" } } },
	{ "import \"x\" begin { }", { { 12, DIAG_SYNTAX, "syntax: expected ';' after import" } } },
};

static void test_mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(mistakes); i++) {
		struct script *s = parse(mistakes[i].text, strlen(mistakes[i].text));
		const struct diag *d = diags_first(s->diags);
		size_t k;

		for (k = 0; d && k < MAX_COMPLAINTS && mistakes[i].want[k].message; k++, d = d->next) {
			const struct complaint *want = &mistakes[i].want[k];
			unsigned column = source_place(s->sources, d->span.start).column;

			if (d->code != want->code || strcmp(d->message, want->message) ||
			    column != want->column)
				fail_msg("%s\ngot  %u: %s\nwant %u: %s", mistakes[i].text, column,
					 d->message, want->column, want->message);
		}
		if (k < MAX_COMPLAINTS && mistakes[i].want[k].message)
			fail_msg("%s: missing: %s", mistakes[i].text, mistakes[i].want[k].message);
		if (d && k < MAX_COMPLAINTS)
			fail_msg("%s: also: %s", mistakes[i].text, d->message);
		script_free(s);
	}
}

/* What is good around a mistake is in the tree. */
static void test_rest_is_kept(void **state)
{
	static const char text[] = "begin { f(); $x = ; g(); } end { h( }\ninterval:s:1 { i(); }";
	struct script *s = parse(text, strlen(text));
	const struct node *probe = s->root->program.items;

	(void)state;
	assert_int_equal(diags_errors(s->diags), 2);
	assert_string_equal(probe->probe.body->block.stmts->expr_stmt.value->call.name, "f");
	assert_string_equal(probe->probe.body->block.stmts->next->expr_stmt.value->call.name, "g");
	assert_null(probe->next->probe.body->block.stmts);
	probe = probe->next->next;
	assert_string_equal(probe->probe.points->attach_point.text, "interval:s:1");
	assert_null(probe->next);
	script_free(s);
}

/* ---- limits ---- */

static void check_too_deep(char *text)
{
	struct script *s = parse(text, strlen(text));

	assert_int_equal(diags_errors(s->diags), 1);
	assert_int_equal(diags_first(s->diags)->code, DIAG_NESTING);
	script_free(s);
	free(text);
}

static void check_good(char *text)
{
	struct script *s = parse(text, strlen(text));

	if (diags_errors(s->diags))
		fail_msg("%.40s...: %s", text, diags_first(s->diags)->message);
	script_free(s);
	free(text);
}

static void test_depth(void **state)
{
	(void)state;
	check_good(repeat("begin { $x = ", "(", 250, "1", ")", "; }"));
	check_too_deep(repeat("begin { $x = ", "(", 10000, "1", ")", "; }"));
	check_good(repeat("begin ", "{", 250, "", "}", ""));
	check_too_deep(repeat("begin ", "{", 10000, "", "}", ""));
	check_good(repeat("begin { $x = ", "!", 900, "1", "", "; }"));
	check_too_deep(repeat("begin { $x = ", "!", 10000, "1", "", "; }"));
	check_too_deep(repeat("begin { $x = ", "- ", 300000, "1", "", "; }"));
	check_good(repeat("begin { $x = ", "1 + ", 900, "1", "", "; }"));
	check_too_deep(repeat("begin { $x = ", "1 + ", 5000, "1", "", "; }"));
	check_too_deep(repeat("begin { $x = ", "1 ? 2 : ", 20000, "1", "", "; }"));
	check_too_deep(repeat("begin { $x = ", "1 ? ", 20000, "1", "", "; }"));
	check_too_deep(repeat("begin { $x = ", "(int8)", 5000, "1", "", "; }"));
	check_too_deep(repeat("begin { $x = @a", "[1]", 5000, "", "", "; }"));
	check_too_deep(repeat("begin { $x = args", ".a", 5000, "", "", "; }"));
	check_good(repeat("begin { ", "if (1) { } else ", 300, "{ }", "", "}"));
	check_too_deep(repeat("begin { ", "if (1) { } else ", 3000, "{ }", "", "}"));
	check_too_deep(repeat("begin { ", "if (1) {", 1000, "", "}", "}"));
	check_too_deep(repeat("begin { $x = ", "(1, ", 1000, "2", ")", "; }"));
}

/* Long is not deep. */
static void test_length(void **state)
{
	(void)state;
	check_good(repeat("", "", 0, "", "", ""));
	check_good(repeat("begin { ", "$x = 1; ", 20000, "", "", "}"));
	check_good(repeat("begin { f(", "1, ", 20000, "1", "", "); }"));
	check_good(repeat("begin { f(\"", "a", 1 << 20, "", "", "\"); }"));
	check_good(repeat("", "k:f { @ = count(); }", 5000, "", "", ""));
	check_good(repeat("", " ", 1 << 20, "begin { }", "", ""));
	check_good(repeat("begin { /", "*", 1 << 20, "/ }", "", ""));
}

static void test_errors_are_limited(void **state)
{
	char *text = repeat("begin { ", "$x = ; ", 1000, "", "", "}");
	struct script *s = parse(text, strlen(text));
	const struct diag *last = diags_first(s->diags);

	(void)state;
	while (last->next)
		last = last->next;
	assert_true(diags_errors(s->diags) < 50);
	assert_string_equal(last->message, "syntax: too many errors, the rest of the script is not read");
	script_free(s);
	free(text);
}

static void test_binary(void **state)
{
	char text[4096];
	uint32_t seed = 1;
	struct script *s;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++) {
		seed = seed * 1103515245 + 12345;
		text[i] = (char)(seed >> 16);
	}
	memcpy(text, "\177ELF\2\1\1\0", 8);
	s = parse(text, sizeof(text));
	assert_int_equal(diags_errors(s->diags), 1);
	assert_string_equal(diags_first(s->diags)->message, "syntax: unexpected byte 0x7f");
	script_free(s);
}

/* ---- the tree's own functions ---- */

static bool is_number(const struct node *n, void *ctx)
{
	++*(unsigned *)ctx;
	return n->kind == NODE_number && n->number.value == 4;
}

static int count_until_call(struct node *n, void *ctx)
{
	++*(unsigned *)ctx;
	return n->kind == NODE_expr_stmt && n->expr_stmt.value->kind == NODE_call ? 7 : 0;
}

static void test_walking(void **state)
{
	static const char text[] = "begin { $x = 1; f(2, (3, 4)); $y = 5; }";
	struct script *s = parse(text, strlen(text));
	struct node *body = s->root->program.items->probe.body, *copy;
	unsigned n = 0;
	char *tree, *tree_again;

	(void)state;
	assert_int_equal(node_each_child(body, count_until_call, &n), 7);
	assert_int_equal(n, 2);
	n = 0;
	assert_true(node_any(s->root, is_number, &n));
	assert_int_equal(n, 13); /* not what stands behind it */
	copy = node_copy(s->arena, body);
	assert_ptr_not_equal(copy->block.stmts, body->block.stmts);
	assert_null(copy->next);
	tree = print_with(node_print, body);
	tree_again = print_with(node_print, copy);
	assert_string_equal(tree, tree_again);
	copy->block.stmts->assign.value->number.value = 4;
	assert_int_equal(body->block.stmts->assign.value->number.value, 1);
	assert_int_equal(body->depth, 5);
	free(tree);
	free(tree_again);
	script_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_statements),
		cmocka_unit_test(test_printed_is_read_again),
		cmocka_unit_test(test_spans),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_rest_is_kept),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_errors_are_limited),
		cmocka_unit_test(test_binary),
		cmocka_unit_test(test_walking),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
