/* Functions of binaries, looked for in this very program; and names of binaries. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/host.h"
#include "base/str.h"
#include "probes/elf.h"

static const struct host host;

int known_function(int x);
__attribute__((noinline)) int known_function(int x)
{
	return x * 3 + 1;
}

/* The bytes of a function, in memory and at the place in the file that was found for it. */
static void test_offset(void **state)
{
	const struct elf_function *f, *same;
	unsigned char bytes[16];
	uint64_t offset;
	struct elf_file *e;
	FILE *file;

	(void)state;
	assert_int_equal(elf_open("/proc/self/exe", &e), 0);
	f = elf_function(e, "known_function");
	assert_non_null(f);
	assert_true(f->size > 0);
	assert_int_equal(elf_offset(e, f->address, &offset), 0);
	file = fopen("/proc/self/exe", "r");
	assert_non_null(file);
	assert_int_equal(fseek(file, (long)offset, SEEK_SET), 0);
	assert_int_equal(fread(bytes, 1, sizeof(bytes), file), sizeof(bytes));
	fclose(file);
	assert_memory_equal(bytes, (const void *)(uintptr_t)known_function, f->size < 16 ? f->size : 16);
	same = elf_function_at(e, f->address + f->size - 1);
	assert_non_null(same);
	assert_true(same->address == f->address);
	assert_null(elf_function(e, "no_function_of_this_name"));
	assert_true(elf_offset(e, UINT64_MAX, &offset) < 0);
	elf_close(e);
}

static void test_sorted(void **state)
{
	const struct elf_function *all;
	struct elf_file *e;
	size_t n;

	(void)state;
	assert_int_equal(elf_open("/proc/self/exe", &e), 0);
	all = elf_functions(e, &n);
	assert_true(n > 10);
	for (size_t i = 1; i < n; i++)
		assert_true(strcmp(all[i - 1].name, all[i].name) < 0 || all[i - 1].address < all[i].address);
	elf_close(e);
}

static void write_file(const char *path, const void *bytes, size_t len, mode_t mode)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, mode), 0);
}

/* What is no ELF file, or only begins like one, is refused or has no functions; nothing crashes. */
static void test_not_elf(void **state)
{
	static const char *const texts[] = { "", "\177EL", "#!/bin/sh\n" };
	char path[] = "/tmp/sonde-elf-XXXXXX", head[4096];
	struct elf_file *e;
	FILE *self;
	size_t n;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		write_file(path, texts[i], strlen(texts[i]), 0755);
		assert_int_equal(elf_open(path, &e), -ENOEXEC);
	}
	self = fopen("/proc/self/exe", "r");
	assert_int_equal(fread(head, 1, sizeof(head), self), sizeof(head));
	fclose(self);
	write_file(path, head, sizeof(head), 0755); /* its section table is beyond its end */
	if (!elf_open(path, &e)) {
		elf_functions(e, &n);
		assert_int_equal(n, 0);
		elf_close(e);
	}
	assert_int_equal(elf_open("/nonexistent", &e), -ENOENT);
	assert_int_equal(elf_open("/tmp", &e), -ENOEXEC);
	unlink(path);
}

static int put_path(void *ctx, const char *path)
{
	strbuf_printf(ctx, "%s\n", path);
	return 0;
}

static int find(const char *name, struct strbuf *out)
{
	strbuf_reset(out);
	strbuf_puts(out, "");
	return elf_find(&host, name, put_path, out);
}

static void test_find(void **state)
{
	struct strbuf got = { 0 };

	(void)state;
	assert_int_equal(find("/proc/self/exe", &got), 1);
	assert_string_equal(got.data, "/proc/self/exe\n");
	assert_int_equal(find("/nonexistent/file", &got), 0);
	assert_int_equal(find("no-such-program-anywhere", &got), 0);
	assert_int_equal(find("libc", &got), 1);
	assert_non_null(strstr(got.data, "/libc.so.6\n"));
	assert_int_equal(find("libc.so.6", &got), 1);
	assert_non_null(strstr(got.data, "/libc.so.6\n"));
	assert_int_equal(find("libc.so.7", &got), 0);
	assert_true(find("sh", &got) >= 1);
	assert_non_null(strstr(got.data, "/sh\n"));
	assert_true(find("/proc/self/ex*", &got) == 1);
	assert_string_equal(got.data, "/proc/self/exe\n");
	strbuf_done(&got);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offset),
		cmocka_unit_test(test_sorted),
		cmocka_unit_test(test_not_elf),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
