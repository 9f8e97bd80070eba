#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/str.h"
#include "lexer/lexer.h"

/* A text on its way through the lexer. */
struct reading {
	struct arena *arena;
	struct diags *diags;
	struct lexer *lexer;
	uint32_t start;
};

static struct reading reading_new(const char *text, size_t len)
{
	struct reading r = { .arena = arena_new() };
	struct sources *src = sources_new(r.arena);

	sources_add(src, "before", "xyz", 3); /* so that positions are not offsets */
	r.start = sources_add(src, "test", text, len);
	r.diags = diags_new(r.arena, src);
	r.lexer = lexer_new(r.arena, r.diags, r.start, sources_text(src, r.start), len);
	return r;
}

/* What stands behind "a/": a predicate, in which a token is a token of the language. */
static struct token read_token(struct reading *ret_reading, const char *token, const char *behind)
{
	char text[64];

	snprintf(text, sizeof(text), "a/%s%s", token, behind);
	*ret_reading = reading_new(text, strlen(text));
	lexer_next(ret_reading->lexer);
	lexer_next(ret_reading->lexer);
	return lexer_next(ret_reading->lexer);
}

static void reading_done(struct reading *r)
{
	lexer_free(r->lexer);
	arena_free(r->arena);
}

/* The kinds of all tokens, a space between them, without END. */
static void read_kinds(struct reading *r, struct strbuf *out)
{
	for (;;) {
		struct token t = lexer_next(r->lexer);

		if (t.kind == TOK_END)
			return;
		strbuf_printf(out, "%s%s", out->len ? " " : "", token_kind_name(t.kind));
	}
}

static void test_shapes(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "", "" },
		{ " \t\r\n\v\f // c\n /* c */ ", "" },
		{ "#!/usr/bin/env sonde\nbegin{}", "ATTACH LBRACE RBRACE" },
		{ "  #! x\n#! y\n", "DIRECTIVE" },
		{ "#!x", "" },
		{ "#", "DIRECTIVE" },
		/* the top level: raw text */
		{ "begin{}", "ATTACH LBRACE RBRACE" },
		{ "begin/x/{}", "ATTACH PREDICATE NAME PREDICATE_END LBRACE RBRACE" },
		{ "uprobe:/bin/sh:main{}", "ATTACH LBRACE RBRACE" },
		{ "kprobe:f/x/ {}", "ATTACH LBRACE RBRACE" },
		{ "kprobe:f /x/ {}", "ATTACH PREDICATE NAME PREDICATE_END LBRACE RBRACE" },
		{ "a:b,c:d,{}", "ATTACH COMMA ATTACH COMMA LBRACE RBRACE" },
		{ "a:b, /1/ {}", "ATTACH COMMA PREDICATE NUMBER PREDICATE_END LBRACE RBRACE" },
		{ "u:\"a {b},\\\" c\":f {}", "ATTACH LBRACE RBRACE" },
		{ "x y", "ATTACH ATTACH" },
		{ "configure {}", "ATTACH LBRACE RBRACE" },
		{ "config = {}", "CONFIG ASSIGN LBRACE RBRACE" },
		{ "let @a = hash(5) i:s:1 {}",
		  "LET MAP ASSIGN NAME LPAREN NUMBER RPAREN ATTACH LBRACE RBRACE" },
		{ "let @a = hash(5); i:s:1 {}",
		  "LET MAP ASSIGN NAME LPAREN NUMBER RPAREN SEMI ATTACH LBRACE RBRACE" },
		{ "import \"x\"; begin {}", "IMPORT STRING SEMI ATTACH LBRACE RBRACE" },
		{ "struct a { int x[3]; /* } */ }; begin {}", "C_DEFINITION ATTACH LBRACE RBRACE" },
		{ "struct a { } __attribute__((packed)) ; begin {}", "C_DEFINITION ATTACH LBRACE RBRACE" },
		{ "enum { A, B } begin {}", "C_DEFINITION ATTACH LBRACE RBRACE" },
		{ "struct a; begin {}", "ATTACH ATTACH ATTACH LBRACE RBRACE" },
		{ "struct:a {}", "ATTACH LBRACE RBRACE" },
		{ "a {} b {}", "ATTACH LBRACE RBRACE ATTACH LBRACE RBRACE" },
		{ "a { { } } b", "ATTACH LBRACE LBRACE RBRACE RBRACE ATTACH" },
		/* the two slashes */
		{ "a /x / 2 / /* c */ {}",
		  "ATTACH PREDICATE NAME SLASH NUMBER PREDICATE_END LBRACE RBRACE" },
		{ "a { x / {", "ATTACH LBRACE NAME PREDICATE_END LBRACE" },
		{ "a /{1}/ {} b", "ATTACH PREDICATE LBRACE NUMBER RBRACE PREDICATE_END LBRACE RBRACE ATTACH" },
		/* code */
		{ "a{$x @ @y $1 $# _z", "ATTACH LBRACE VAR MAP MAP POSITIONAL POSITIONAL NAME" },
		{ "a{@[1]", "ATTACH LBRACE MAP LBRACKET NUMBER RBRACKET" },
		{ "a{@ x", "ATTACH LBRACE MAP NAME" },
		{ "a{iffy if", "ATTACH LBRACE NAME IF" },
		{ "a{config fn macro", "ATTACH LBRACE NAME NAME NAME" },
		{ "a{<<= << <= < >>= >> >= >",
		  "ATTACH LBRACE SHL_ASSIGN SHL LE LT SHR_ASSIGN SHR GE GT" },
		{ "a{++ + += -- -> - -=", "ATTACH LBRACE INC PLUS ADD_ASSIGN DEC ARROW MINUS SUB_ASSIGN" },
		{ "a{&& & &= || | |= ^ ^=",
		  "ATTACH LBRACE AND BIT_AND AND_ASSIGN OR BIT_OR OR_ASSIGN BIT_XOR XOR_ASSIGN" },
		{ "a{== = != ! ~ * *= / /= % %=", "ATTACH LBRACE EQ ASSIGN NE NOT BIT_NOT STAR MUL_ASSIGN "
						  "SLASH DIV_ASSIGN PERCENT MOD_ASSIGN" },
		{ "a{0..5 $t.0.1 ? : , ;", "ATTACH LBRACE NUMBER DOTDOT NUMBER VAR DOT NUMBER DOT NUMBER "
					   "QUESTION COLON COMMA SEMI" },
		{ "a{0x10ul", "ATTACH LBRACE NUMBER NAME" },
		{ "a{1 /* open", "ATTACH LBRACE NUMBER" },
		{ "a{\"//\" // \"\n1", "ATTACH LBRACE STRING NUMBER" },
		{ "a{ ' `", "ATTACH LBRACE BAD BAD" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reading r = reading_new(cases[i].text, strlen(cases[i].text));
		struct strbuf got = { 0 };

		strbuf_puts(&got, "");
		read_kinds(&r, &got);
		if (strcmp(got.len ? got.data : "", cases[i].want))
			fail_msg("%s\ngot  %s\nwant %s", cases[i].text, got.len ? got.data : "",
				 cases[i].want);
		assert_int_equal(diags_errors(r.diags), 0);
		strbuf_done(&got);
		reading_done(&r);
	}
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		uint64_t want;
	} cases[] = {
		{ "0", 0 },
		{ "1_000_000", 1000000 },
		{ "0xFf", 255 },
		{ "0123", 83 },
		{ "010s", 8000000000 },
		{ "5ms", 5000000 },
		{ "1e3s", 1000000000000 },
		{ "2h", 7200000000000 },
		{ "5ULL", 5 },
		{ "5uL", 5 },
		{ "7ll", 7 },
		{ "18446744073709551615", UINT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reading r;
		struct token t = read_token(&r, cases[i].text, ";");

		assert_int_equal(t.kind, TOK_NUMBER);
		assert_true(t.value == cases[i].want);
		assert_int_equal(t.span.start, r.start + 2);
		assert_int_equal(t.span.end, r.start + 2 + strlen(cases[i].text));
		assert_int_equal(lexer_next(r.lexer).kind, TOK_SEMI);
		reading_done(&r);
	}
}

static void test_strings(void **state)
{
	static const struct {
		const char *text;
		const char *want;
		size_t len;
	} cases[] = {
		{ "\"\"", "", 0 },
		{ "\"a b\"", "a b", 3 },
		{ "\"\\n\\t\\r\\\"\\\\\"", "\n\t\r\"\\", 5 },
		{ "\"\\101\\60\\7x\"", "A0\007x", 4 },
		{ "\"\\x41\\X4a\\x7z\"", "AJ\x07z", 4 },
		{ "\"a\\0b\"", "a\0b", 3 },
		{ "\"\\3777\"", "\3777", 2 },
		{ "\"\xc3\xa9\"", "\xc3\xa9", 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reading r;
		struct token t = read_token(&r, cases[i].text, "");

		assert_int_equal(t.kind, TOK_STRING);
		assert_int_equal(t.len, cases[i].len);
		assert_memory_equal(t.text, cases[i].want, cases[i].len);
		assert_int_equal(diags_errors(r.diags), 0);
		reading_done(&r);
	}
}

/* What is wrong, where, and what comes behind it. */
static void test_errors(void **state)
{
	static const struct {
		const char *text, *message;
		uint32_t start, end;
		const char *kinds;
	} cases[] = {
		{ "a{5xyz;", "syntax: invalid integer suffix 'xyz'", 2, 6, "ATTACH LBRACE NUMBER SEMI" },
		{ "a{5lu;", "syntax: invalid integer suffix 'u'", 2, 5, "ATTACH LBRACE NUMBER SEMI" },
		{ "a{0b11;", "syntax: invalid integer suffix 'b11'", 2, 6, "ATTACH LBRACE NUMBER SEMI" },
		{ "a{1_;", "syntax: trailing underscore in integer literal", 2, 4,
		  "ATTACH LBRACE NUMBER SEMI" },
		{ "a{0xf_;", "syntax: trailing underscore in integer literal", 2, 6,
		  "ATTACH LBRACE NUMBER SEMI" },
		{ "a{08;", "syntax: invalid trailing bytes: 08", 2, 4, "ATTACH LBRACE NUMBER SEMI" },
		{ "a{018;", "syntax: invalid trailing bytes: 018", 2, 5, "ATTACH LBRACE NUMBER SEMI" },
		{ "a{5e;", "syntax: invalid trailing bytes: 5e", 2, 4, "ATTACH LBRACE NUMBER SEMI" },
		{ "a{12e4;", "syntax: coefficient part of scientific literal must be 1-9: 12e4", 2, 6,
		  "ATTACH LBRACE NUMBER SEMI" },
		{ "a{5000000000u;", "syntax: overflow error, maximum value is 4294967295: 5000000000u", 2,
		  13, "ATTACH LBRACE NUMBER SEMI" },
		{ "a{18446744073709551616;",
		  "syntax: overflow error, maximum value is 18446744073709551615: 18446744073709551616", 2,
		  22, "ATTACH LBRACE NUMBER SEMI" },
		{ "a{\"x\\q\";", "syntax: invalid escape character '\\q'", 4, 6,
		  "ATTACH LBRACE STRING SEMI" },
		{ "a{\"\\777\";", "syntax: octal escape sequence out of range '\\777'", 3, 7,
		  "ATTACH LBRACE STRING SEMI" },
		{ "a{\"\\xg\";", "syntax: invalid hex escape sequence", 3, 5, "ATTACH LBRACE STRING SEMI" },
		{ "a{\"abc\n;", "syntax: unterminated string", 2, 6, "ATTACH LBRACE BAD SEMI" },
		{ "a{\"abc\\\n;", "syntax: unterminated string", 2, 7, "ATTACH LBRACE BAD SEMI" },
		{ "a{\"", "syntax: unterminated string", 2, 3, "ATTACH LBRACE BAD" },
		{ "u:\"x", "syntax: unterminated string", 2, 4, "BAD" },
		{ "u:\"x\\\n:f", "syntax: unterminated string", 2, 5, "BAD ATTACH" },
		{ "a{$;", "syntax: expected identifier after '$'", 2, 3, "ATTACH LBRACE BAD SEMI" },
		{ "a{$0;", "syntax: param $0 is out of integer range [1, 9223372036854775807]", 2, 4,
		  "ATTACH LBRACE POSITIONAL SEMI" },
		{ "a{$9223372036854775808;",
		  "syntax: param $9223372036854775808 is out of integer range [1, 9223372036854775807]", 2,
		  22, "ATTACH LBRACE POSITIONAL SEMI" },
		{ "a{\001;", "syntax: unexpected byte 0x01", 2, 3, "ATTACH LBRACE BAD" },
		{ "a{\xc3\xa9;", "syntax: unexpected character", 2, 4, "ATTACH LBRACE BAD SEMI" },
		{ "u:\"x\001\":f", "syntax: unexpected byte 0x01", 4, 5, "ATTACH BAD" },
		{ "\177ELF", "syntax: unexpected byte 0x7f", 0, 1, "BAD" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reading r = reading_new(cases[i].text, strlen(cases[i].text));
		struct strbuf got = { 0 };
		const struct diag *d;

		read_kinds(&r, &got);
		assert_string_equal(got.data, cases[i].kinds);
		assert_int_equal(diags_errors(r.diags), 1);
		d = diags_first(r.diags);
		assert_string_equal(d->message, cases[i].message);
		assert_int_equal(d->span.start, r.start + cases[i].start);
		assert_int_equal(d->span.end, r.start + cases[i].end);
		strbuf_done(&got);
		reading_done(&r);
	}
}

static void test_nul_ends_reading(void **state)
{
	static const char text[] = "a { exit(); \0 } b { }";
	struct reading r = reading_new(text, sizeof(text) - 1);
	struct strbuf got = { 0 };

	(void)state;
	read_kinds(&r, &got);
	assert_string_equal(got.data, "ATTACH LBRACE NAME LPAREN RPAREN SEMI BAD");
	assert_int_equal(diags_errors(r.diags), 1);
	assert_int_equal(lexer_next(r.lexer).kind, TOK_END);
	strbuf_done(&got);
	reading_done(&r);
}

static void test_nul_in_string_is_kept(void **state)
{
	static const char text[] = "a{\"x\0y\"";
	struct reading r = reading_new(text, sizeof(text) - 1);
	struct token t;

	(void)state;
	lexer_next(r.lexer);
	lexer_next(r.lexer);
	t = lexer_next(r.lexer);
	assert_int_equal(t.kind, TOK_STRING);
	assert_int_equal(t.len, 3);
	assert_memory_equal(t.text, "x\0y", 3);
	reading_done(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_nul_ends_reading),
		cmocka_unit_test(test_nul_in_string_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
