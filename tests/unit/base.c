/* Numbers, names, texts, places, diagnostics. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/intern.h"
#include "base/kallsyms.h"
#include "base/source.h"
#include "base/str.h"
#include "base/vec.h"

static const struct {
	const char *text;
	uint64_t value;
	const char *error;      /* its start; NULL: a number */
} numbers[] = {
	{ "0", 0, NULL },
	{ "42", 42, NULL },
	{ "1_000_000", 1000000, NULL },
	{ "0x1F", 31, NULL },
	{ "0x_1_F", 31, NULL },
	{ "0b_1_01", 5, NULL },
	{ "0_17", 15, NULL },
	{ "0_0s", 0, NULL },
	{ "0b101", 5, NULL },
	{ "0123", 83, NULL },
	{ "010s", 8000000000ull, NULL },
	{ "1e6", 1000000, NULL },
	{ "1e3s", 1000000000000ull, NULL },
	{ "5ms", 5000000, NULL },
	{ "2d", 172800000000000ull, NULL },
	{ "7u", 7, NULL },
	{ "7ULL", 7, NULL },
	{ "18446744073709551615", UINT64_MAX, NULL },
	{ "18446744073709551616", 0, "overflow error, maximum value is 18446744073709551615" },
	{ "4294967296u", 0, "overflow error, maximum value is 4294967295" },
	{ "9223372036854775808l", 0, "overflow error, maximum value is 9223372036854775807" },
	{ "1_", 0, "trailing underscore" },
	{ "12e4", 0, "coefficient part" },
	{ "5e", 0, "invalid trailing bytes" },
	{ "5e0", 0, "invalid trailing bytes" },
	{ "08", 0, "invalid trailing bytes" },
	{ "0_9", 0, "invalid trailing bytes" },
	{ "5x", 0, "invalid trailing bytes" },
	{ "5S", 0, "invalid trailing bytes" },
	{ "5Ms", 0, "invalid trailing bytes" },
	{ "_5", 0, "invalid integer" },
	{ "0x_", 0, "invalid integer" },
	{ "", 0, "invalid integer" },
	{ "0x", 0, "invalid integer" },
	{ "abc", 0, "invalid integer" },
};

static void test_numbers(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		const char *text = numbers[i].text, *error = NULL;
		uint64_t value = 0;
		int err = number_parse(text, strlen(text), &value, &error);

		if ((err != 0) != (numbers[i].error != NULL))
			fail_msg("%s: %s", text, err ? error : "is taken for a number");
		if (err && strncmp(error, numbers[i].error, strlen(numbers[i].error)))
			fail_msg("%s: %s", text, error);
		assert_int_equal(value, numbers[i].value);
	}
}

static const struct {
	const char *pattern, *text;
	bool matches;
} wildcards[] = {
	{ "*", "", true },
	{ "vfs_*", "vfs_read", true },
	{ "*read", "vfs_read", true },
	{ "v*_*d", "vfs_read", true },
	{ "vfs_*", "ksys_read", false },
	{ "vfs", "vfs_read", false },
	{ "**a**", "bab", true },
	{ "", "a", false },
};

static void test_wildcards(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(wildcards); i++)
		if (wildcard_match(wildcards[i].pattern, wildcards[i].text) != wildcards[i].matches)
			fail_msg("%s and %s", wildcards[i].pattern, wildcards[i].text);
}

static void test_edits(void **state)
{
	(void)state;
	assert_int_equal(edit_distance("count", "count"), 0);
	assert_int_equal(edit_distance("cuont", "count"), 1);
	assert_int_equal(edit_distance("coun", "count"), 1);
	assert_int_equal(edit_distance("kprobe", "uprobe"), 1);
	assert_int_equal(edit_distance("", "abc"), 3);
}

static void test_names(void **state)
{
	struct arena *a = arena_new();
	struct intern *in = intern_new(a);

	(void)state;
	assert_ptr_equal(intern_str(in, "abc"), intern_name(in, "abcdef", 3));
	assert_ptr_not_equal(intern_str(in, "abc"), intern_str(in, "abd"));
	arena_free(a);
}

static const char kernel_symbols[] =
	"0000000000001000 A per_cpu_start\n"
	"ffffffff81000000 T _text\n"
	"\n"
	"no symbol\n"
	"ffffffff81000040 t\n"
	"ffffffff81000080 t \n"
	"ffffffffc0001000 t ext4_read\t[ext4]\n"
	"ffffffffc0002000 T cut\t[ex";

static void test_kernel_symbols(void **state)
{
	static const struct kallsym want[] = {
		{ 0x1000, 'A', "per_cpu_start", NULL, 13, 0 },
		{ 0xffffffff81000000, 'T', "_text", NULL, 5, 0 },
		{ 0xffffffffc0001000, 't', "ext4_read", "ext4", 9, 4 },
		{ 0xffffffffc0002000, 'T', "cut", "", 3, 0 },
	};
	const char *at = kernel_symbols;
	struct kallsym got;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(want); i++) {
		assert_true(kallsyms_next(&at, &got));
		assert_int_equal(got.address, want[i].address);
		assert_int_equal(got.type, want[i].type);
		assert_int_equal(got.name_len, want[i].name_len);
		assert_true(kallsym_is(&got, want[i].name));
		assert_int_equal(got.module != NULL, want[i].module != NULL);
		assert_int_equal(got.module_len, want[i].module_len);
		if (got.module)
			assert_memory_equal(got.module, want[i].module, want[i].module_len);
	}
	assert_false(kallsyms_next(&at, &got));
	at = kernel_symbols;
	assert_true(kallsyms_next(&at, &got));
	assert_false(kallsym_is(&got, "per_cpu"));
	assert_false(kallsym_is(&got, "per_cpu_start_1"));
}

static void test_places(void **state)
{
	struct arena *a = arena_new();
	struct sources *src = sources_new(a);
	uint32_t first = sources_add(src, "a.bt", "one\ntwo\n", 8), second = sources_add(src, "b.bt", "x", 1);
	struct place p = source_place(src, first + 5);

	(void)state;
	assert_string_equal(p.file, "a.bt");
	assert_int_equal(p.line, 2);
	assert_int_equal(p.column, 2);
	assert_memory_equal(p.text, "two", 3);
	assert_int_equal(p.text_len, 3);
	assert_string_equal(source_place(src, second).file, "b.bt");
	assert_int_equal(source_place(src, second).line, 1);
	arena_free(a);
}

/* A piece of a text, once more, for a call in another one; and a piece in that. */
static void test_expanded_places(void **state)
{
	struct arena *a = arena_new();
	struct sources *src = sources_new(a);
	uint32_t first = sources_add(src, "a.bt", "one\ntwo\n", 8), second = sources_add(src, "b.bt", "call", 4);
	struct span call = { second, second + 4 };
	uint32_t once = sources_expand(src, (struct span){ first + 2, first + 7 }, call);
	uint32_t twice = sources_expand(src, (struct span){ first, first + 3 }, (struct span){ once, once + 1 });
	struct place p = source_place(src, once + 3);

	(void)state;
	assert_true(once > second + 4 && twice > once + 5);
	assert_string_equal(p.file, "a.bt");
	assert_int_equal(p.line, 2);
	assert_int_equal(p.column, 2);
	assert_memory_equal(p.text, "two", 3);
	assert_memory_equal(sources_text(src, once), "e\ntwo", 5);
	assert_int_equal(source_call(src, once + 3).start, call.start);
	assert_int_equal(source_call(src, once + 3).end, call.end);
	assert_int_equal(source_call(src, twice).start, once);
	assert_int_equal(source_call(src, first).start, 0);
	assert_int_equal(source_call(src, second).start, 0);
	assert_int_equal(source_call(src, 0).start, 0);
	arena_free(a);
}

static char *shown(const struct diags *ds, struct diags_look look)
{
	size_t len;
	char *text;
	FILE *out = open_memstream(&text, &len);

	diags_show_errors(ds, out, look);
	fclose(out);
	return text;
}

static void test_diagnostics(void **state)
{
	struct arena *a = arena_new();
	struct sources *src = sources_new(a);
	uint32_t at = sources_add(src, "s.bt", "begin {\n\tfoo();\n}", 17);
	struct diags *ds = diags_new(a, src);
	struct span foo = { at + 9, at + 12 };
	struct diag *d = diag_error(ds, DIAG_UNKNOWN_FUNCTION, foo, "Unknown function: '%s'", "foo");
	char *text;

	(void)state;
	diag_hint(ds, d, "Did you mean %s?", "for");
	diag_error(ds, DIAG_UNKNOWN_FUNCTION, foo, "Unknown function: 'foo'");
	diag_warning(ds, DIAG_DISCARDED, foo, "not an error");
	diag_error(ds, DIAG_SYSTEM, (struct span){ 0, 0 }, "no place");
	assert_int_equal(diags_errors(ds), 2);
	text = shown(ds, (struct diags_look){ 0 });
	assert_string_equal(text, "s.bt:2:2-5: ERROR: Unknown function: 'foo'\n"
				  "    foo();\n"
				  "    ~~~\n"
				  "HINT: Did you mean for?\n"
				  "ERROR: no place\n");
	free(text);
	text = shown(ds, (struct diags_look){ .names = true });
	assert_non_null(strstr(text, "'foo' [unknown-function]\n"));
	free(text);
	arena_free(a);
}

/* Said again, or behind a move, nothing is recorded twice; and it does not take for ever. */
static void test_many_diagnostics(void **state)
{
	enum { MANY = 100000 };
	struct arena *a = arena_new();
	struct diags *ds = diags_new(a, sources_new(a)), *from = diags_new(a, sources_new(a));

	(void)state;
	for (uint32_t i = 0; i < 2 * MANY; i++)
		diag_error(from, DIAG_SYNTAX, (struct span){ 1 + i % MANY, 2 + i % MANY }, "here");
	assert_int_equal(diags_errors(from), MANY);
	diags_move(ds, from);
	assert_int_equal(diags_errors(from), 0);
	for (uint32_t i = 0; i < MANY; i++)
		diag_error(ds, DIAG_SYNTAX, (struct span){ 1 + i, 2 + i }, "here");
	assert_int_equal(diags_errors(ds), MANY);
	diag_error(ds, DIAG_SYNTAX, (struct span){ 1, 2 }, "there");
	diag_error(from, DIAG_SYNTAX, (struct span){ 1, 2 }, "here");
	assert_int_equal(diags_errors(ds), MANY + 1);
	assert_int_equal(diags_errors(from), 1);
	arena_free(a);
}

static void test_long_lines(void **state)
{
	struct arena *a = arena_new();
	struct sources *src = sources_new(a);
	struct diags *ds = diags_new(a, src);
	char *line = xmalloc(1000000), *text;
	uint32_t at;

	(void)state;
	memset(line, 'x', 1000000);
	at = sources_add(src, "s.bt", line, 1000000);
	diag_error(ds, DIAG_SYNTAX, (struct span){ at + 500000, at + 500003 }, "here");
	text = shown(ds, (struct diags_look){ 0 });
	assert_true(strlen(text) < 1500);
	assert_non_null(strstr(text, "s.bt:1:500001-500004: ERROR: here\n...xxx"));
	assert_non_null(strstr(text, " ~~~\n"));
	free(text);
	free(line);
	arena_free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),   cmocka_unit_test(test_wildcards),
		cmocka_unit_test(test_edits),     cmocka_unit_test(test_names),
		cmocka_unit_test(test_kernel_symbols),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_expanded_places),    cmocka_unit_test(test_diagnostics),
		cmocka_unit_test(test_many_diagnostics),
		cmocka_unit_test(test_long_lines),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
