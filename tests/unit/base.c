/* base/: numbers, texts, places, complaints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/intern.h"
#include "base/source.h"
#include "base/str.h"
#include "base/vec.h"

static void numbers(void **state)
{
	static const struct { const char *text; uint64_t value; } cases[] = {
		{ "0", 0 }, { "42", 42 }, { "0x1F", 31 }, { "0XfF", 255 }, { "010", 8 }, { "0b101", 5 },
		{ "1_000", 1000 }, { "1e6", 1000000 }, { "5ns", 5 }, { "5us", 5000 }, { "5ms", 5000000 },
		{ "2s", 2000000000 }, { "1m", 60000000000 }, { "1h", 3600000000000 }, { "1d", 86400000000000 },
		{ "18446744073709551615", UINT64_MAX }, { "7ull", 7 }, { "010s", 8000000000 },
		{ "1e3s", 1000000000000 },
	};
	const char *error;
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		value = 0;
		if (number_parse(cases[i].text, strlen(cases[i].text), &value, &error))
			fail_msg("%s: %s", cases[i].text, error);
		if (value != cases[i].value)
			fail_msg("%s: %llu", cases[i].text, (unsigned long long)value);
	}
}

static void numbers_refused(void **state)
{
	static const struct { const char *text, *error; } cases[] = {
		{ "", "invalid integer" }, { "x", "invalid integer" }, { "5x", "invalid trailing bytes" },
		{ "089", "invalid trailing bytes" }, { "5_", "trailing underscore in integer literal" },
		{ "12e4", "coefficient part of scientific literal must be 1-9" },
		{ "5e", "invalid trailing bytes" }, { "5e0", "invalid trailing bytes" },
		{ "18446744073709551616", "overflow error, maximum value is 18446744073709551615" },
		{ "9e19", "overflow error, maximum value is 18446744073709551615" },
		{ "99999999999999999s", "overflow error, maximum value is 18446744073709551615" },
	};
	const char *error;
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (!number_parse(cases[i].text, strlen(cases[i].text), &value, &error))
			fail_msg("%s is taken as %llu", cases[i].text, (unsigned long long)value);
		assert_string_equal(error, cases[i].error);
	}
}

static void wildcards(void **state)
{
	static const struct { const char *pattern, *text; bool matches; } cases[] = {
		{ "abc", "abc", true }, { "abc", "abcd", false }, { "*", "", true }, { "*", "abc", true },
		{ "a*", "abc", true }, { "*c", "abc", true }, { "a*c", "abc", true }, { "a*c", "ac", true },
		{ "a*b*c", "axxbyyc", true }, { "a*b*c", "axxcyyb", false }, { "*aab", "aaaab", true },
		{ "a**b", "ab", true }, { "", "", true }, { "", "a", false }, { "a*", "b", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		if (wildcard_match(cases[i].pattern, cases[i].text) != cases[i].matches)
			fail_msg("%s and %s", cases[i].pattern, cases[i].text);
	assert_true(has_wildcard("a*"));
	assert_true(has_wildcard("a[b]"));
	assert_false(has_wildcard("a[b"));
	assert_false(has_wildcard("abc"));
}

static void edits(void **state)
{
	static const struct { const char *a, *b; unsigned edits; } cases[] = {
		{ "printf", "printf", 0 }, { "prinft", "printf", 1 }, { "pidd", "pid", 1 }, { "", "abc", 3 },
		{ "kprob", "kprobe", 1 }, { "abc", "xyz", 3 }, { "sched_swich", "sched_switch", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(edit_distance(cases[i].a, cases[i].b), cases[i].edits);
		assert_int_equal(edit_distance(cases[i].b, cases[i].a), cases[i].edits);
	}
}

static void strbufs(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	strbuf_puts(&b, "ab");
	strbuf_putc(&b, 'c');
	strbuf_pad(&b, '.', 3);
	strbuf_printf(&b, "%d", 42);
	strbuf_put(&b, "\0x", 2);
	assert_int_equal(b.len, 10);
	assert_memory_equal(b.data, "abc...42\0x", 11);
	strbuf_reset(&b);
	assert_int_equal(b.len, 0);
	for (int i = 0; i < 10000; i++)
		strbuf_puts(&b, "0123456789");
	assert_int_equal(b.len, 100000);
	assert_int_equal(strlen(b.data), 100000);
	strbuf_done(&b);
}

static void names_are_one_pointer(void **state)
{
	struct arena *a = arena_new();
	struct intern *in = intern_new(a);
	const char *first[1000];
	char text[16];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "name%d", i);
		first[i] = intern_str(in, text);
		assert_string_equal(first[i], text);
	}
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "name%dx", i);
		assert_ptr_equal(intern_name(in, text, strlen(text) - 1), first[i]);
	}
	arena_free(a);
}

static void arena_memory(void **state)
{
	struct arena *a = arena_new();

	(void)state;
	for (size_t size = 1; size < 100000; size = size * 3 + 1) {
		unsigned char *p = arena_alloc(a, size);

		assert_int_equal((uintptr_t)p % 16, 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, size);
	}
	assert_string_equal(arena_strndup(a, "abcdef", 3), "abc");
	assert_string_equal(arena_printf(a, "%s-%d", "x", 5), "x-5");
	arena_free(a);
	arena_free(NULL);
}

static void places(void **state)
{
	struct arena *a = arena_new();
	struct sources *src = sources_new(a);
	uint32_t one = sources_add(src, "one", "first\nsecond\n\nlast", 18);
	uint32_t two = sources_add(src, "two", "x", 1);
	static const struct { uint32_t offset; unsigned line, column; const char *text; } cases[] = {
		{ 0, 1, 1, "first" }, { 4, 1, 5, "first" }, { 5, 1, 6, "first" }, { 6, 2, 1, "second" },
		{ 13, 3, 1, "" }, { 14, 4, 1, "last" }, { 17, 4, 4, "last" }, { 18, 4, 5, "last" },
	};

	(void)state;
	assert_true(one > 0);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct place p = source_place(src, one + cases[i].offset);

		assert_string_equal(p.file, "one");
		assert_int_equal(p.line, cases[i].line);
		assert_int_equal(p.column, cases[i].column);
		assert_int_equal(p.text_len, strlen(cases[i].text));
		assert_memory_equal(p.text, cases[i].text, p.text_len);
	}
	assert_string_equal(source_place(src, two).file, "two");
	assert_string_equal(sources_text(src, one + 6), "second\n\nlast");
	arena_free(a);
}

/* What a list of complaints looks like. The caller frees it. */
static char *shown(const struct diags *ds, struct diags_look look)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	diags_show_errors(ds, out, look);
	diags_show_warnings(ds, out, look);
	fclose(out);
	return text;
}

static void complaints(void **state)
{
	struct arena *a = arena_new();
	struct sources *src = sources_new(a);
	const char *script = "begin {\n\tfoo(1);\n}\n";
	uint32_t at = sources_add(src, "x.bt", script, strlen(script));
	struct diags *ds = diags_new(a, src);
	struct span foo = { at + 9, at + 15 }, all = { at, at + 17 };
	struct diag *d;
	char *text;

	(void)state;
	diag_warning(ds, DIAG_DEPRECATED, foo, "old");
	d = diag_error(ds, DIAG_UNKNOWN_FUNCTION, foo, "Unknown function: '%s'", "foo");
	diag_note(ds, d, all, "in here");
	diag_hint(ds, d, "try bar");
	diag_error(ds, DIAG_UNKNOWN_FUNCTION, foo, "Unknown function: '%s'", "foo"); /* once is enough */
	diag_error(ds, DIAG_SYSTEM, (struct span){ 0 }, "no place");
	assert_int_equal(diags_errors(ds), 2);

	text = shown(ds, (struct diags_look){ .names = true });
	assert_string_equal(text,
		"x.bt:2:2-8: ERROR: Unknown function: 'foo' [unknown-function]\n"
		"    foo(1);\n"
		"    ~~~~~~\n"
		"x.bt:1-3: ERROR: in here [unknown-function]\n"
		"begin {\n\tfoo(1);\n}\n"
		"HINT: try bar\n"
		"ERROR: no place [system]\n"
		"x.bt:2:2-8: WARNING: old [deprecated]\n"
		"    foo(1);\n"
		"    ~~~~~~\n");
	free(text);
	text = shown(ds, (struct diags_look){ .no_warnings = true, .color = true });
	assert_non_null(strstr(text, "\033[31mx.bt:2:2-8: ERROR: Unknown function: 'foo'\033[0m\n"));
	assert_null(strstr(text, "old"));
	free(text);
	arena_free(a);
}

static void names_of_complaints(void **state)
{
	(void)state;
	for (int i = 0; i < DIAG_CODES; i++) {
		const char *name = diag_code_name(i);

		assert_non_null(name);
		assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz-"), strlen(name));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(name, diag_code_name(k));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(numbers_refused),
		cmocka_unit_test(wildcards),
		cmocka_unit_test(edits),
		cmocka_unit_test(strbufs),
		cmocka_unit_test(names_are_one_pointer),
		cmocka_unit_test(arena_memory),
		cmocka_unit_test(places),
		cmocka_unit_test(complaints),
		cmocka_unit_test(names_of_complaints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
