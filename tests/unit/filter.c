#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/host.h"
#include "base/source.h"
#include "base/str.h"
#include "parser/parser_priv.h"

static struct parser parser_of(struct script *s, const char *text)
{
	uint32_t start = sources_add(s->sources, "test", text, strlen(text));

	return (struct parser){
		.script = s,
		.arena = s->arena,
		.diags = s->diags,
		.lexer = lexer_new(s->arena, s->diags, start, sources_text(s->sources, start),
				   strlen(text)),
	};
}

/* What the grammar gets for a statement of a probe: the kinds behind its "{". */
static void check(const char *stmt, const char *want)
{
	static const struct host host;
	struct script *s = script_new(&host);
	struct strbuf text = { 0 }, got = { 0 };
	struct parser p;
	struct token t;

	strbuf_printf(&text, "begin { %s", stmt);
	p = parser_of(s, text.data);
	filter_next(&p);
	filter_next(&p);
	strbuf_puts(&got, "");
	for (t = filter_next(&p); t.kind != TOK_END; t = filter_next(&p))
		strbuf_printf(&got, "%s%s", got.len ? " " : "", token_kind_name(t.kind));
	if (strcmp(got.len ? got.data : "", want))
		fail_msg("%s\ngot  %s\nwant %s", stmt, got.len ? got.data : "", want);
	assert_int_equal(diags_errors(s->diags), 0);
	strbuf_done(&text);
	strbuf_done(&got);
	vec_done(&p.open);
	lexer_free(p.lexer);
	script_free(s);
}

struct renaming {
	const char *stmt, *want;
};

static void check_all(const struct renaming *cases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		check(cases[i].stmt, cases[i].want);
}

static void test_casts(void **state)
{
	static const struct renaming cases[] = {
		{ "(int32)5", "CAST NAME RPAREN NUMBER" },
		{ "(int32)$x", "CAST NAME RPAREN VAR" },
		{ "(int32)@x", "CAST NAME RPAREN MAP" },
		{ "(int32)$1", "CAST NAME RPAREN POSITIONAL" },
		{ "(int32)\"x\"", "CAST NAME RPAREN STRING" },
		{ "(int32)(5)", "CAST NAME RPAREN LPAREN NUMBER RPAREN" },
		{ "(int32)true", "CAST NAME RPAREN TRUE" },
		{ "(int32)pid", "CAST NAME RPAREN NAME" },
		{ "(foo)*$p", "CAST NAME RPAREN STAR VAR" },
		{ "(foo)-1", "CAST NAME RPAREN MINUS NUMBER" },
		{ "(foo)&$x", "CAST NAME RPAREN BIT_AND VAR" },
		{ "(foo)!1", "CAST NAME RPAREN NOT NUMBER" },
		{ "(foo)~1", "CAST NAME RPAREN BIT_NOT NUMBER" },
		{ "(int8)(int16)5", "CAST NAME RPAREN CAST NAME RPAREN NUMBER" },
		{ "(struct x *)arg0", "CAST STRUCT NAME STAR RPAREN NAME" },
		{ "(union x)arg0", "CAST UNION NAME RPAREN NAME" },
		{ "(enum x)1", "CAST ENUM NAME RPAREN NUMBER" },
		{ "(int8[4])1", "CAST NAME LBRACKET NUMBER RBRACKET RPAREN NUMBER" },
		{ "(int8*[])1", "CAST NAME STAR LBRACKET RBRACKET RPAREN NUMBER" },
		{ "(typeof($x))1", "CAST TYPEOF LPAREN VAR RPAREN RPAREN NUMBER" },
		{ "return (int8)1", "RETURN CAST NAME RPAREN NUMBER" },
		/* and what is none */
		{ "(pid)*tid", "LPAREN NAME RPAREN STAR NAME" },
		{ "(arg0)-1", "LPAREN NAME RPAREN MINUS NUMBER" },
		{ "(sarg12)-1", "LPAREN NAME RPAREN MINUS NUMBER" },
		{ "(arg)-1", "CAST NAME RPAREN MINUS NUMBER" },
		{ "(foo)", "LPAREN NAME RPAREN" },
		{ "(foo);", "LPAREN NAME RPAREN SEMI" },
		{ "(foo)+1", "LPAREN NAME RPAREN PLUS NUMBER" },
		{ "(foo)->x", "LPAREN NAME RPAREN ARROW NAME" },
		{ "(foo)&&1", "LPAREN NAME RPAREN AND NUMBER" },
		{ "(foo)!=1", "LPAREN NAME RPAREN NE NUMBER" },
		{ "(foo + 1)-1", "LPAREN NAME PLUS NUMBER RPAREN MINUS NUMBER" },
		{ "(foo * $x)-1", "LPAREN NAME STAR VAR RPAREN MINUS NUMBER" },
		{ "(foo[$x])-1", "LPAREN NAME LBRACKET VAR RBRACKET RPAREN MINUS NUMBER" },
		{ "f(foo)-1", "NAME LPAREN NAME RPAREN MINUS NUMBER" },
		{ "f (foo)-1", "NAME LPAREN NAME RPAREN MINUS NUMBER" },
	};

	(void)state;
	check_all(cases, ARRAY_SIZE(cases));
}

static void test_records(void **state)
{
	static const struct renaming cases[] = {
		{ "(a=1)", "RECORD NAME ASSIGN NUMBER RPAREN" },
		{ "(comm=1)", "RECORD NAME ASSIGN NUMBER RPAREN" },
		{ "(pid=1)", "LPAREN NAME ASSIGN NUMBER RPAREN" },
		{ "(a==1)", "LPAREN NAME EQ NUMBER RPAREN" },
		{ "f(a=1)", "NAME LPAREN NAME ASSIGN NUMBER RPAREN" },
	};

	(void)state;
	check_all(cases, ARRAY_SIZE(cases));
}

static void test_types_as_arguments(void **state)
{
	static const struct renaming cases[] = {
		{ "sizeof(x)", "SIZEOF TYPE_OPEN NAME RPAREN" },
		{ "sizeof(x[1])", "SIZEOF TYPE_OPEN NAME LBRACKET NUMBER RBRACKET RPAREN" },
		{ "sizeof(struct x)", "SIZEOF TYPE_OPEN STRUCT NAME RPAREN" },
		{ "sizeof(x*)", "SIZEOF TYPE_OPEN NAME STAR RPAREN" },
		{ "sizeof((x)[1])",
		  "SIZEOF LPAREN LPAREN NAME RPAREN LBRACKET NUMBER RBRACKET RPAREN" },
		{ "sizeof(comm())", "SIZEOF LPAREN NAME LPAREN RPAREN RPAREN" },
		{ "sizeof(pid)", "SIZEOF LPAREN NAME RPAREN" },
		{ "sizeof(arg0)", "SIZEOF LPAREN NAME RPAREN" },
		{ "sizeof($x)", "SIZEOF LPAREN VAR RPAREN" },
		{ "sizeof(true)", "SIZEOF LPAREN TRUE RPAREN" },
		{ "sizeof(x * 2)", "SIZEOF LPAREN NAME STAR NUMBER RPAREN" },
		{ "offsetof(struct x, y.z)",
		  "OFFSETOF TYPE_OPEN STRUCT NAME COMMA NAME DOT NAME RPAREN" },
		{ "offsetof(*$x, y)", "OFFSETOF LPAREN STAR VAR COMMA NAME RPAREN" },
		{ "typeinfo(int8)", "TYPEINFO TYPE_OPEN NAME RPAREN" },
	};

	(void)state;
	check_all(cases, ARRAY_SIZE(cases));
}

/* VALUE_END: the block is an operand, or the end of an expression. */
static void test_block_ends(void **state)
{
	static const struct renaming cases[] = {
		{ "{1} - 1", "LBRACE NUMBER VALUE_END MINUS NUMBER" },
		{ "{1} * 1", "LBRACE NUMBER VALUE_END STAR NUMBER" },
		{ "{1} & 1", "LBRACE NUMBER VALUE_END BIT_AND NUMBER" },
		{ "{1}++", "LBRACE NUMBER VALUE_END INC" },
		{ "{1}[0]", "LBRACE NUMBER VALUE_END LBRACKET NUMBER RBRACKET" },
		{ "{1}.x", "LBRACE NUMBER VALUE_END DOT NAME" },
		{ "{1} ? 2", "LBRACE NUMBER VALUE_END QUESTION NUMBER" },
		{ "{1};", "LBRACE NUMBER VALUE_END SEMI" },
		{ "{1} }", "LBRACE NUMBER VALUE_END RBRACE" },
		{ "f({1})", "NAME LPAREN LBRACE NUMBER VALUE_END RPAREN" },
		{ "{1} (2)", "LBRACE NUMBER RBRACE LPAREN NUMBER RPAREN" },
		{ "{1} $x", "LBRACE NUMBER RBRACE VAR" },
		{ "{1} @x", "LBRACE NUMBER RBRACE MAP" },
		{ "{1} x", "LBRACE NUMBER RBRACE NAME" },
		{ "{1} 5", "LBRACE NUMBER RBRACE NUMBER" },
		{ "{1} {2}", "LBRACE NUMBER RBRACE LBRACE NUMBER RBRACE" },
		{ "{1} !2", "LBRACE NUMBER RBRACE NOT NUMBER" },
		{ "{1} else", "LBRACE NUMBER RBRACE ELSE" },
	};

	(void)state;
	check_all(cases, ARRAY_SIZE(cases));
}

static void test_words(void **state)
{
	static const struct renaming cases[] = {
		{ "args.return", "NAME DOT NAME" },
		{ "args->enum", "NAME ARROW NAME" },
		{ "args . for", "NAME DOT NAME" },
		{ "import \"x\"", "IMPORT STRING" },
		{ "import + 1", "NAME PLUS NUMBER" },
		{ "config", "NAME" },
	};

	(void)state;
	check_all(cases, ARRAY_SIZE(cases));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_casts),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_types_as_arguments),
		cmocka_unit_test(test_block_ends),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
