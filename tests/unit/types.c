/* Types of maps and variables, constants worked out, and what the passes complain about. No kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "ast/plan.h"
#include "ast/script.h"
#include "ast/type.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/vec.h"
#include "parser/parser.h"

static const struct host host = { .n_cpus = 2, .kernel_version = 0x061200 };

static const struct host big_host = { .n_cpus = 64, .kernel_version = 0x061200 };

static struct script *check_on(const struct host *h, const char *body)
{
	struct script *s = script_new(h);
	char text[1024];

	snprintf(text, sizeof(text), "begin { %s }", body);
	assert_int_equal(script_parse(s, "test", text, strlen(text)), 0);
	script_check(s, 0);
	return s;
}

static struct script *check(const char *body)
{
	return check_on(&host, body);
}

/* -- the type of @x -- */

static const struct {
	const char *body, *type;
} map_types[] = {
	{ "@x = 1;", "int8" },
	{ "@x = 300;", "int16" },
	{ "@x = -129;", "int16" },
	{ "@x = 18446744073709551615;", "uint64" },
	{ "@x = 1; @x = 70000;", "int32" },
	{ "@x = 1; @x = (uint8)2;", "uint8" },
	{ "@x = 300; @x = (uint8)2;", "uint16" },
	{ "@x = (uint8)1; @x = (int8)1;", "int16" },
	{ "@x = (uint32)1; @x = (int8)1;", "int64" },
	{ "@x++;", "int64" },
	{ "@x += 5;", "int64" },
	{ "@x = (uint8)1; @x++;", "uint64" },
	{ "@x = (uint8)1; @x--;", "int64" },
	{ "$a = 1; @x = $a + (uint8)1;", "uint64" },
	{ "$a = (uint8)1; $b = (uint8)2; @x = $a - $b;", "int64" },
	{ "$a = (uint8)1; $b = (int32)2; @x = $a << $b;", "int64" },
	{ "$a = (uint64)1; @x = $a + 1;", "uint64" },
	{ "$a = 1; $a = (uint64)2; @x = $a;", "uint64" },
	{ "@x = \"abc\";", "string[4]" },
	{ "@x = \"abc\"; @x = \"abcdef\";", "string[7]" },
	{ "@x = true;", "bool" },
	{ "@x = pid > 3;", "bool" },
	{ "@x = (1, \"a\", (true, 300));", "(int8,string[2],(bool,int16))" },
	{ "@x = comm;", "string[16]" },
	{ "@x = pid;", "uint32" },
	{ "@x = nsecs;", "uint64" },
	{ "@x = pid == 1 ? 5 : 300;", "int16" },
	{ "@x = if (pid == 1) { \"a\" } else { \"long\" };", "string[5]" },
	{ "@x = count();", "count_t" },
	{ "@x = sum((uint32)5);", "usum_t" },
	{ "@x = sum(-5);", "sum_t" },
	{ "@y = count(); @x = (int64)@y;", "int64" },
	{ "@x = hist(5);", "hist_t" },
	{ "@x = sizeof(pid);", "int8" },
	{ "@x = ~(uint8)5;", "uint64" },
	{ "@x = !pid;", "bool" },
	{ "$v = @never; @x = $v;", "int8" },
	{ "@x = 100 + 100;", "int16" },
	{ "for $i : 0..70000 { @x = $i; }", "int32" },
	{ "@m[1, \"a\"] = 5; for $kv : @m { @x = $kv; }", "((int8,string[2]),int8)" },
};

static const struct map *find_map(const struct script *s, const char *name)
{
	for (size_t i = 0; i < s->maps.n; i++)
		if (!strcmp(s->maps.v[i]->name, name))
			return s->maps.v[i];
	return NULL;
}

static void test_map_types(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(map_types); i++) {
		struct script *s = check(map_types[i].body);
		const struct map *m = find_map(s, "x");

		if (diags_errors(s->diags))
			fail_msg("%s: %s", map_types[i].body, diags_first(s->diags)->message);
		if (strcmp(m->value->name, map_types[i].type))
			fail_msg("%s: %s, not %s", map_types[i].body, m->value->name, map_types[i].type);
		script_free(s);
	}
}

/* -- complaints -- */

static const struct {
	const char *body, *code;
} complaints[] = {
	{ "print($nope);", "unknown-variable" },
	{ "print(nope);", "unknown-name" },
	{ "nope();", "unknown-function" },
	{ "print(@nope);", "unknown-map" },
	{ "@x = 1; @x[1] = 2;", "map-kind" },
	{ "@x = 1; @x = \"a\";", "type-clash" },
	{ "@x[1] = 1; @x[\"a\"] = 2;", "map-key" },
	{ "$x = 1; $x = \"a\";", "type-clash" },
	{ "$x = 1; let $x;", "shadow" },
	{ "let $x : uint8 = 300;", "type-clash" },
	{ "@x = 5 / 0;", "fold" },
	{ "@x = 1 << 64;", "fold" },
	{ "@x = 18446744073709551615 + 1;", "fold" },
	{ "@x = -9223372036854775808 - 1;", "fold" },
	{ "@x = -1 < 18446744073709551615;", "fold" },
	{ "@x = \"a\" - \"b\";", "fold" },
	{ "@x = (1, 2) + 3;", "type-clash" },
	{ "@x = comm + comm;", "operator" },
	{ "@x = -comm;", "operator" },
	{ "if (comm) { }", "condition" },
	{ "break;", "flow" },
	{ "unroll (101) { }", "flow" },
	{ "unroll (pid) { }", "flow" },
	{ "@x = count(); $y = count();", "aggregation" },
	{ "@x = count(); @x = sum(1);", "type-clash" },
	{ "@x = hist(1, 1); @x = hist(1, 2);", "aggregation" },
	{ "@a = count(); @b = @a;", "map-value" },
	{ "@a[hist(1)] = 1;", "aggregation" },
	{ "$t = (1, 2); print($t.2);", "access" },
	{ "$t = 1; print($t.0);", "access" },
	{ "@x = 1; for $i : @x { }", "flow" },
	{ "for $i : 0..comm { }", "flow" },
	{ "return comm;", "flow" },
	{ "@x = (nosuch)5;", "unknown-type" },
	{ "@x = (uint8)comm;", "cast" },
	{ "for $i : 0..3 { print(args); }", "flow" },
};

static const char *first_error(const struct script *s)
{
	for (const struct diag *d = diags_first(s->diags); d; d = d->next)
		if (d->severity == DIAG_IS_ERROR)
			return diag_code_name(d->code);
	return "nothing";
}

static void test_complaints(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(complaints); i++) {
		struct script *s = check(complaints[i].body);

		if (strcmp(first_error(s), complaints[i].code))
			fail_msg("%s: %s, not %s", complaints[i].body, first_error(s), complaints[i].code);
		script_free(s);
	}
}

/* Going through all buckets of all CPUs, where that is more than the verifier follows. */
static void test_many_buckets(void **state)
{
	static const struct {
		const struct host *host;
		const char *body;
		unsigned errors;
	} cases[] = {
		{ &host, "@x = lhist(1, 0, 1000, 1); delete(@x);", 0 },
		{ &big_host, "@x = lhist(1, 0, 1000, 1); delete(@x);", 1 },
		{ &big_host, "delete(@x); @x = lhist(1, 0, 1000, 1);", 1 },
		{ &big_host, "@x = lhist(1, 0, 100, 1); delete(@x);", 0 },
		{ &big_host, "@x[1] = lhist(1, 0, 1000, 1); delete(@x, 1); print(has_key(@x, 1));", 0 },
		{ &big_host, "@x = count(); delete(@x);", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct script *s = check_on(cases[i].host, cases[i].body);

		if (diags_errors(s->diags) != cases[i].errors)
			fail_msg("%s: %u errors", cases[i].body, diags_errors(s->diags));
		if (cases[i].errors)
			assert_int_equal(diags_first(s->diags)->code, DIAG_AGGREGATION);
		script_free(s);
	}
}

/* -- how maps are kept -- */

static void test_plan(void **state)
{
	struct script *s = check("@s = 5; @t = \"abcdefgh\"; @c = count(); @k[1, comm] = 5; @h[pid] = hist(5); "
				 "@l = lhist(5, 0, 100, 10);");
	struct map_desc **m;

	(void)state;
	assert_int_equal(diags_errors(s->diags), 0);
	m = s->plan->maps;
	assert_int_equal(s->plan->n_maps, 6);
	assert_int_equal(m[0]->bpf_type, BPF_MAP_TYPE_UNSPEC);
	assert_int_equal(m[1]->slot - m[0]->slot, 16);          /* a flag and one byte, rounded up */
	assert_int_equal(s->plan->scalars_size, 16 + 8 + 16);   /* the text has 9 bytes */
	assert_int_equal(m[2]->bpf_type, BPF_MAP_TYPE_PERCPU_ARRAY);
	assert_int_equal(m[2]->value_size, 16);
	assert_int_equal(m[3]->bpf_type, BPF_MAP_TYPE_HASH);
	assert_int_equal(m[3]->key_size, 17);                   /* int8 and a text of 16 */
	assert_int_equal(m[4]->bpf_type, BPF_MAP_TYPE_PERCPU_HASH);
	assert_int_equal(m[4]->key_size, 16);                   /* pid, padded, and the bucket */
	assert_int_equal(m[5]->max_entries, 12);
	assert_true(plan_site_at(s->plan, 0) == plan_globals_size(s->plan));
	script_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map_types),
		cmocka_unit_test(test_complaints),
		cmocka_unit_test(test_many_buckets),
		cmocka_unit_test(test_plan),
	};

	return cmocka_run_group_tests_name("types", tests, NULL, NULL);
}
