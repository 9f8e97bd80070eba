#include <getopt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "ast/plan.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "options.h"
#include "runtime/child.h"
#include "runtime/run_priv.h"

/* -- the ring -- */

enum { RING = 256 };

/* A ring as the kernel has it, by hand: records of 8 bytes of header, data padded to 8. */
struct fake_ring {
	uint64_t consumer, producer;
	char data[2 * RING];
};

static unsigned handled;
static uint64_t last_arg;

static void handle_test(struct run *run, const struct event_desc *e, const void *args)
{
	(void)run, (void)e;
	handled++;
	memcpy(&last_arg, args, sizeof(last_arg));
}

static const struct builtin test_builtin = { .name = "test", .handle = handle_test };
static struct event_desc test_event = { .from = &test_builtin };
static struct event_desc *test_events[] = { &test_event };

/* The memory behind the ring is the ring again. */
static void put(struct fake_ring *f, const void *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		size_t at = (f->producer + i) % RING;

		f->data[at] = f->data[at + RING] = ((const char *)bytes)[i];
	}
	f->producer += len;
}

static void put_record(struct fake_ring *f, uint32_t flags, uint64_t arg)
{
	uint32_t head[2] = { 16 | flags, 0 };
	uint64_t id = 0;

	put(f, head, sizeof(head));
	put(f, &id, sizeof(id));
	put(f, &arg, sizeof(arg));
}

static void test_ring(void **state)
{
	static struct fake_ring f;
	struct plan plan = { .events = test_events, .n_events = 1 };
	struct run run = { .plan = &plan };

	(void)state;
	memset(&f, 0, sizeof(f));
	run.ring = (struct ring){.size = RING,
				 .consumer = &f.consumer,
				 .producer = &f.producer,
				 .data = f.data,
				 .mapped = 2 * RING};
	handled = 0;
	assert_int_equal(ring_drain(&run, 100), 0);
	/* 24 bytes a record: they wrap around within 256 */
	for (uint64_t i = 1; i <= 30; i++) {
		put_record(&f, 0, i);
		assert_int_equal(ring_pending(&run.ring), 24);
		assert_int_equal(ring_drain(&run, 100), 1);
		assert_int_equal(last_arg, i);
	}
	assert_int_equal(handled, 30);
	put_record(&f, 1u << 30, 31); /* given back by the program */
	put_record(&f, 0, 32);
	put_record(&f, 0, 33);
	put_record(&f, 1u << 31, 34); /* still being written */
	assert_int_equal(ring_drain(&run, 1), 1);
	assert_int_equal(last_arg, 32);
	assert_int_equal(ring_drain(&run, 100), 1);
	assert_int_equal(last_arg, 33);
	assert_int_equal(ring_pending(&run.ring), 24);
	assert_int_equal(ring_drain(&run, 100), 0);
}

static void test_ring_pages(void **state)
{
	static const struct {
		uint64_t setting;
		unsigned cpus;
		uint64_t kib, want;
	} cases[] = {
		{ 0, 2, 0, 0 },               /* the kernel does not say: cannot be worked out */
		{ 0, 2, 8000000, 4096 },      /* at most 16544 KiB, down to a power of two */
		{ 0, 2, 3000, 512 },
		{ 0, 2, 10, 64 },             /* at least 256 KiB */
		{ 64, 2, 0, 64 },
		{ 1, 2, 0, 2 },               /* at least a page for every CPU */
		{ 5, 2, 0, 8 },
	};
	struct settings s;

	(void)state;
	if (sysconf(_SC_PAGESIZE) != 4096)
		skip();
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		settings_defaults(&s);
		s.perf_rb_pages = cases[i].setting;
		assert_int_equal(ring_pages(&s, cases[i].cpus, cases[i].kib), cases[i].want);
	}
}

/* -- the child -- */

static void test_child_words(void **state)
{
	static const struct { const char *command, *message;
	} bad[] = {
		{"", "Failed to fork child: Empty command"},
		{" true", "Failed to fork child: Path '' does not exist or is not executable (No "
			  "such file or directory)"},
		{"/nosuch x", "Failed to fork child: Path '/nosuch' does not exist or is not "
			      "executable (No such file or directory)"},
		{"/etc/passwd", "Failed to fork child: Path '/etc/passwd' does not exist or is not "
				"executable (No such file or directory)"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct strbuf message = { 0 };
		struct child *c = NULL;

		assert_int_equal(child_start(bad[i].command, &message, &c), -1);
		assert_string_equal(message.data, bad[i].message);
		assert_null(c);
		strbuf_done(&message);
	}
}

static void test_child_runs(void **state)
{
	struct strbuf message = { 0 };
	struct child *c;
	int fds[2];
	char command[96], buf[8];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	snprintf(command, sizeof(command), "dd if=/dev/zero of=/dev/fd/%d bs=4 count=1 status=none",
		 fds[1]);
	assert_int_equal(child_start(command, &message, &c), 0);
	assert_true(child_pid(c) > 0);
	assert_int_equal(child_release(c), 0);
	child_reap(c, false);
	child_free(c);
	close(fds[1]);
	assert_int_equal(read(fds[0], buf, sizeof(buf)), 4); /* what dd wrote, and nothing before */
	close(fds[0]);
	strbuf_done(&message);
}

/* -- options -- */

static void test_options(void **state)
{
	static char *args[] = {"sonde",	    "-v", "file.bt", "a",	 "--quiet", "-d",
			       "ast,types", "--", "-x",	     "--name=v", "--other", NULL};
	struct options o;

	(void)state;
	optind = 0;
	assert_int_equal(options_read(&o, ARRAY_SIZE(args) - 1, args), 0);
	assert_string_equal(o.file, "file.bt");
	assert_true(o.verbose && o.quiet);
	assert_int_equal(o.show, SHOW_AST | SHOW_TYPES);
	assert_int_equal(o.params.n, 2);
	assert_string_equal(o.params.v[0], "a");
	assert_string_equal(o.params.v[1], "-x");
	assert_int_equal(o.named.n, 2);
	assert_string_equal(o.named.v[0], "--name=v");
	assert_string_equal(o.named.v[1], "--other");
	options_done(&o);
}

static void test_options_refused(void **state)
{
	static char *cases[][5] = {
		{ "sonde", "-B", "x", "-e", "begin{}" },
		{ "sonde", "-d", "nosuch", "-e", "begin{}" },
		{ "sonde", "-kk", "-q", "-e", "begin{}" },
		{ "sonde", "-k", "--no-warnings", "-e", "begin{}" },
		{ "sonde", "-p1", "-cls", "-e", "begin{}" },
		{ "sonde", "-l", "a", "b", "-q" },
		{ "sonde", "-q", "-q", "-e", "" },
		{ "sonde", "-q", "-q", "-q", "-q" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct options o;

		optind = 0;
		assert_int_equal(options_read(&o, 5, cases[i]), -1);
		options_done(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ring),
		cmocka_unit_test(test_ring_pages),
		cmocka_unit_test(test_child_words),
		cmocka_unit_test(test_child_runs),
		cmocka_unit_test(test_options),
		cmocka_unit_test(test_options_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
