#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ast/script.h"
#include "ast/settings.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/str.h"
#include "base/vec.h"

static struct setting_value number(uint64_t n, const char *text)
{
	return (struct setting_value){ .kind = SETTING_IS_NUMBER, .number = n, .text = text };
}

static struct setting_value text(const char *t)
{
	return (struct setting_value){ .kind = SETTING_IS_TEXT, .text = t };
}

static void test_messages(void **state)
{
	static const struct {
		const char *key, *value;
		enum setting_result result;
		const char *message;
	} cases[] = {
		{"max_strlen", "200", SETTING_DONE, ""},
		{"BPFTRACE_MAX_STRLEN", "0x10", SETTING_DONE, ""},
		{"max_strlen", "abc", SETTING_REFUSED, "max_strlen: expecting a number, got abc"},
		{"nosuch", "1", SETTING_UNKNOWN, "nosuch: not a known configuration option"},
		{"btf", "x", SETTING_ENV_ONLY, "btf: can only be set as an environment variable"},
		{"cpp_demangle", "Off", SETTING_DONE, ""},
		{"cpp_demangle", "maybe", SETTING_REFUSED,
		 "cpp_demangle: Invalid bool value: valid values are true, false, 1 or 0."},
		{"stack_mode", "PERF", SETTING_DONE, ""},
		{"stack_mode", "dwarf", SETTING_REFUSED,
		 "stack_mode: Invalid value for stack_mode: valid values are bpftrace, raw, perf, "
		 "and build_id."},
		{"missing_probes", "x", SETTING_REFUSED,
		 "missing_probes: Invalid value for missing_probes: valid values are ignore, "
		 "warn, and error."},
		{"cache_user_symbols", "none", SETTING_DONE, ""},
		{"cache_user_symbols", "x", SETTING_REFUSED,
		 "cache_user_symbols: Invalid value for cache_user_symbols: valid values are "
		 "PER_PID, PER_PROGRAM, and NONE."},
		{"unstable_tseries", "true", SETTING_DONE, ""},
		{"unstable_tseries", "x", SETTING_REFUSED,
		 "unstable_tseries: Invalid value for unstable config: valid values are enable, "
		 "warn, and error."},
		{"strlen", "64", SETTING_OLD_NAME,
		 "strlen has been renamed, please use max_strlen"},
		{"unstable_macro", "1", SETTING_NO_EFFECT,
		 "unstable_macro is deprecated and has no effect"},
		{"str_trunc_trailer", "~", SETTING_DONE, ""},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct setting_value v = text(cases[i].value);
		struct strbuf message = { 0 };
		struct settings s;

		settings_defaults(&s);
		assert_int_equal(settings_set(&s, 0, cases[i].key, &v, &message), cases[i].result);
		assert_string_equal(message.data ? message.data : "", cases[i].message);
		strbuf_done(&message);
	}
}

static void test_license(void **state)
{
	struct setting_value good = text("Dual MIT/GPL"), bad = text("BSD");
	struct strbuf message = { 0 };
	struct settings s;

	(void)state;
	settings_defaults(&s);
	assert_int_equal(settings_set(&s, 0, "license", &good, &message), SETTING_DONE);
	assert_string_equal(s.license, "Dual MIT/GPL");
	assert_int_equal(settings_set(&s, 0, "license", &bad, &message), SETTING_REFUSED);
	assert_ptr_equal(
		strstr(message.data,
		       "Invalid value for license. Found: BSD. Valid values: Dual MIT/GPL, Dual "
		       "BSD/GPL, Dual MPL/GPL, GPL and additional rights, GPL v2, GPL. "),
		message.data);
	assert_string_equal(s.license, "Dual MIT/GPL");
	strbuf_done(&message);
}

static void test_values(void **state)
{
	struct setting_value five = number(5, "5"), no = {.kind = SETTING_IS_BOOL, .text = "false"};
	struct setting_value seven = text("7"), name = text("warn");
	struct strbuf message = { 0 };
	struct settings s;

	(void)state;
	settings_defaults(&s);
	assert_int_equal(s.max_map_keys, 4096);
	assert_true(s.print_maps_on_exit);
	assert_int_equal(settings_set(&s, 0, "max_map_keys", &five, &message), SETTING_DONE);
	assert_int_equal(s.max_map_keys, 5);
	assert_int_equal(settings_set(&s, 0, "print_maps_on_exit", &no, &message), SETTING_DONE);
	assert_false(s.print_maps_on_exit);
	assert_int_equal(settings_set(&s, 0, "missing_probes", &name, &message), SETTING_DONE);
	assert_int_equal(s.missing_probes, MISSING_WARN);
	assert_int_equal(settings_set(&s, 0, "missing_probes", &five, &message), SETTING_REFUSED);
	/* what came from the environment stays */
	assert_int_equal(
		settings_set(&s, 1ull << SETTING_max_map_keys, "max_map_keys", &seven, &message),
		SETTING_DONE);
	assert_int_equal(s.max_map_keys, 5);
	strbuf_done(&message);
}

static void test_environment(void **state)
{
	struct strbuf message = { 0 };
	struct settings s;
	uint64_t found;

	(void)state;
	settings_defaults(&s);
	setenv("BPFTRACE_MAX_STRLEN", "100", 1);
	setenv("SONDE_MAX_STRLEN", "50", 1);
	setenv("BPFTRACE_MAX_PROBES", "7", 1);
	assert_int_equal(settings_from_env(&s, &found, &message), 0);
	assert_int_equal(s.max_strlen, 50);
	assert_int_equal(s.max_probes, 7);
	assert_int_equal(found, 1ull << SETTING_max_strlen | 1ull << SETTING_max_probes);
	setenv("SONDE_MAX_STRLEN", "0x10", 1);
	assert_int_equal(settings_from_env(&s, &found, &message), -1);
	assert_string_equal(message.data, "max_strlen: expecting a number, got 0x10");
	strbuf_reset(&message);
	setenv("SONDE_MAX_STRLEN", "", 1);
	assert_int_equal(settings_from_env(&s, &found, &message), -1);
	unsetenv("SONDE_MAX_STRLEN");
	unsetenv("BPFTRACE_MAX_STRLEN");
	unsetenv("BPFTRACE_MAX_PROBES");
	strbuf_done(&message);
}

static int use(struct script *s, enum unstable value, uint32_t at)
{
	return script_use_unstable(s, "x", "unstable_x", value, (struct span){ at, 9 });
}

static void test_unstable(void **state)
{
	static const struct host host;
	struct script *s = script_new(&host);
	const struct diag *d;

	(void)state;
	assert_int_equal(use(s, UNSTABLE_ENABLE, 5), 0);
	assert_null(diags_first(s->diags));
	for (uint32_t i = 5; i < 8; i++) /* said once, wherever it is used */
		assert_int_equal(use(s, UNSTABLE_WARN, i), 0);
	d = diags_first(s->diags);
	assert_int_equal(d->severity, DIAG_IS_WARNING);
	assert_string_equal(d->message, "Script is using an unstable feature: x. To prevent this "
			    "warning you must explicitly enable it in the config e.g. "
			    "unstable_x=enable");
	assert_int_equal(d->span.start, 0);
	assert_null(d->next);
	assert_int_equal(use(s, UNSTABLE_ERROR, 5), -1);
	assert_int_equal(d->next->code, DIAG_UNSTABLE);
	assert_int_equal(d->next->span.start, 5);
	assert_string_equal(d->next->message, "x feature is not enabled by default. To enable this "
			    "unstable feature, set the config flag to enable. unstable_x=enable");
	assert_int_equal(diags_errors(s->diags), 1);
	script_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_license),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_unstable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
