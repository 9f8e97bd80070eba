/* Format files of tracepoints. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/host.h"
#include "base/str.h"
#include "base/vec.h"
#include "probes/tracefs.h"

static const char format[] =
	"name: thing\nID: 7\nformat:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
	"\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield:const char * filename;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:const char *const * argv;\toffset:24;\tsize:8;\tsigned:0;\n"
	"\tfield:char comm[16];\toffset:32;\tsize:16;\tsigned:0;\n"
	"\tfield:unsigned long args[6];\toffset:48;\tsize:48;\tsigned:0;\n"
	"\tfield:__data_loc char[] text;\toffset:96;\tsize:4;\tsigned:0;\n"
	"\tfield:__rel_loc char[] late;\toffset:100;\tsize:4;\tsigned:0;\n"
	"\tfield:char name[NAME_LEN];\toffset:104;\tsize:32;\tsigned:0;\n"
	"\tfield:enum zone_type zone;\toffset:136;\tsize:4;\tsigned:0;\n"
	"\tfield:const void* data;\toffset:144;\tsize:8;\tsigned:0;\n"
	"\tfield:no semicolon\n"
	"\nprint fmt: \"field:x\", REC->x\n";

static int put_field(void *ctx, const struct format_field *f)
{
	strbuf_printf(ctx, "%s|%s|%s|%u|%u|%u%s%s%s\n", f->decl, f->name, f->type, f->offset, f->size, f->length,
		      f->is_signed ? " signed" : "", f->is_data_loc ? " data_loc" : "",
		      f->is_pointer ? " pointer" : "");
	return 0;
}

static void test_format(void **state)
{
	struct strbuf got = { 0 };
	char *text = xstrdup(format);

	(void)state;
	assert_int_equal(tracefs_format_text(text, put_field, &got), 0);
	assert_string_equal(got.data,
		"int __syscall_nr|__syscall_nr|int|8|4|0 signed\n"
		"const char * filename|filename|char*|16|8|0 pointer\n"
		"const char *const * argv|argv|char**|24|8|0 pointer\n"
		"char comm[16]|comm|char|32|16|16\n"
		"unsigned long args[6]|args|unsigned long|48|48|6\n"
		"__data_loc char[] text|text|char|96|4|0 data_loc\n"
		"char name[NAME_LEN]|name|char|104|32|32\n"
		"enum zone_type zone|zone|enum zone_type|136|4|0\n"
		"const void* data|data|void*|144|8|0 pointer\n");
	strbuf_done(&got);
	free(text);
}

static int stop(void *ctx, const struct format_field *f)
{
	(void)f;
	++*(int *)ctx;
	return 5;
}

static void test_stops(void **state)
{
	char *text = xstrdup(format);
	int n = 0;

	(void)state;
	assert_int_equal(tracefs_format_text(text, stop, &n), 5);
	assert_int_equal(n, 1);
	free(text);
}

/* Names are not ways to other files. */
static void test_names(void **state)
{
	static const struct host h;
	static const char *const bad[][2] = {
		{ "", "x" }, { "x", "" }, { "..", "x" }, { "sched", "../sched/sched_switch" }, { "a/b", "c" },
		{ "nosuch_category", "nosuch_event" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_true(tracefs_event_id(&h, bad[i][0], bad[i][1]) < 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
