/* Addresses to names: the kernel, this process, processes that have ended. */
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "runtime/elf_syms.h"
#include "runtime/ksyms.h"
#include "runtime/usyms.h"

/* Large enough that an address in the middle is one. */
static __attribute__((noinline, noclone)) int known_function(int n)
{
	int sum = 0;

	for (int i = 0; i < n; i++)
		sum += getpid() % (i + 1);
	return sum;
}

int named_like_cxx(int n) __asm__("_ZN3foo3barEi") __attribute__((noinline, noclone));
int named_like_cxx(int n)
{
	return known_function(n) + 1;
}

static uint64_t address_of(int (*fn)(int))
{
	return (uintptr_t)fn;
}

static void kernel(void **state)
{
	struct ksyms *ks;
	uint64_t addr, offset = 1;

	(void)state;
	if (geteuid())
		skip(); /* the kernel may hide its addresses */
	assert_int_equal(ksyms_open(&ks), 0);
	addr = ksyms_address(ks, "schedule");
	assert_true(addr > 1ull << 63);
	assert_string_equal(ksyms_name(ks, addr, &offset), "schedule");
	assert_int_equal(offset, 0);
	assert_string_equal(ksyms_name(ks, addr + 5, &offset), "schedule");
	assert_int_equal(offset, 5);
	assert_null(ksyms_name(ks, 0, &offset));
	assert_null(ksyms_name(ks, 4096, &offset));
	assert_null(ksyms_name(ks, 1ull << 63, &offset));
	assert_null(ksyms_name(ks, UINT64_MAX, &offset));
	assert_int_equal(ksyms_address(ks, "no_such_symbol"), 0);
	ksyms_free(ks);
}

static void own_process(void **state)
{
	struct usyms *us = usyms_new(true);
	uint64_t addr = address_of(known_function);
	struct usym sym = usyms_find(us, getpid(), addr + 3);
	char self[4096] = { 0 };

	(void)state;
	assert_string_equal(sym.name, "known_function");
	assert_int_equal(sym.offset, 3);
	assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
	assert_string_equal(sym.path, self);
	sym = usyms_find(us, getpid(), (uintptr_t)dlsym(RTLD_DEFAULT, "getpid"));
	assert_string_equal(sym.name, "getpid");
	assert_int_equal(sym.offset, 0);
	assert_non_null(strstr(sym.path, "libc"));
	assert_null(usyms_find(us, getpid(), 16).name);
	assert_null(usyms_find(us, getpid(), 16).path);
	assert_null(usyms_find(us, 0x7ffffff0, addr).name);
	usyms_free(us);
}

static void vdso(void **state)
{
	struct usyms *us = usyms_new(true);
	uint64_t base = getauxval(AT_SYSINFO_EHDR), found = 0;

	(void)state;
	for (uint64_t addr = base; addr < base + 8192 && !found; addr++) {
		struct usym sym = usyms_find(us, getpid(), addr);

		/* it has two names; the one with fewer underscores is shown */
		if (sym.name && !strcmp(sym.name, "clock_gettime")) {
			assert_string_equal(sym.path, "[vdso]");
			found = addr;
		}
	}
	assert_true(found);
	usyms_free(us);
}

static void demangled(void **state)
{
	struct usyms *us = usyms_new(true), *plain = usyms_new(false);
	uint64_t addr = address_of(named_like_cxx);
	void *lib = dlopen("libstdc++.so.6", RTLD_NOW);

	(void)state;
	assert_string_equal(usyms_find(plain, getpid(), addr).name, "_ZN3foo3barEi");
	assert_string_equal(usyms_find(us, getpid(), addr).name, lib ? "foo::bar(int)" : "_ZN3foo3barEi");
	assert_string_equal(usyms_find(us, getpid(), addr + 1).name, lib ? "foo::bar(int)" : "_ZN3foo3barEi");
	if (lib)
		dlclose(lib);
	usyms_free(us);
	usyms_free(plain);
}

/* -- processes that are gone -- */

static void learned(void **state)
{
	struct usyms *us = usyms_new(true);
	int go[2];
	pid_t pid;
	char c;

	(void)state;
	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (!pid) {
		close(go[1]);
		_exit(read(go[0], &c, 1) < 0);
	}
	assert_int_equal(usyms_learn(us, pid), 0);
	close(go[1]);
	close(go[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_string_equal(usyms_find(us, pid, address_of(known_function)).name, "known_function");
	assert_int_equal(usyms_learn(us, 0x7ffffff0), -ESRCH);
	usyms_free(us);
}

static struct usyms *watching(void)
{
	struct usyms *us = usyms_new(true);

	if (usyms_watch(us) < 0) {
		assert_int_not_equal(geteuid(), 0);
		usyms_free(us);
		return NULL;
	}
	return us;
}

static void forked_and_gone(void **state)
{
	struct usyms *us = watching();
	pid_t pid;

	(void)state;
	if (!us)
		skip();
	pid = fork();
	if (!pid)
		_exit(0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_string_equal(usyms_find(us, pid, address_of(known_function)).name, "known_function");
	usyms_free(us);
}

/* The program again, at other addresses: it tells where its function is, and is gone. */
static void executed_and_gone(void **state)
{
	struct usyms *us = watching();
	unsigned long long addr = 0;
	int out[2];
	pid_t pid;
	FILE *f;

	(void)state;
	if (!us)
		skip();
	assert_int_equal(pipe(out), 0);
	pid = fork();
	if (!pid) {
		dup2(out[1], 1);
		execl("/proc/self/exe", "symbols", "tell", NULL);
		_exit(1);
	}
	close(out[1]);
	f = fdopen(out[0], "r");
	assert_int_equal(fscanf(f, "%llx", &addr), 1);
	fclose(f);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_string_equal(usyms_find(us, pid, addr + 2).name, "known_function");
	assert_int_equal(usyms_find(us, pid, addr + 2).offset, 2);
	usyms_free(us);
}

static void many_processes(void **state)
{
	struct usyms *us = watching();
	pid_t first = 0, pid;

	(void)state;
	if (!us)
		skip();
	for (int i = 0; i < 200; i++) {
		pid = fork();
		if (!pid)
			_exit(0);
		first = first ? first : pid;
		assert_int_equal(waitpid(pid, NULL, 0), pid);
		usyms_drain(us);
	}
	assert_string_equal(usyms_find(us, first, address_of(known_function)).name, "known_function");
	usyms_free(us);
}

static void not_elf(void **state)
{
	struct elf_syms *es;
	FILE *f = tmpfile();

	(void)state;
	assert_int_equal(elf_syms_read(fileno(f), &es), -ENOEXEC);
	fputs("\177ELF and then nothing", f);
	fflush(f);
	assert_int_equal(elf_syms_read(fileno(f), &es), -ENOEXEC);
	fclose(f);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernel),
		cmocka_unit_test(own_process),
		cmocka_unit_test(vdso),
		cmocka_unit_test(demangled),
		cmocka_unit_test(learned),
		cmocka_unit_test(forked_and_gone),
		cmocka_unit_test(executed_and_gone),
		cmocka_unit_test(many_processes),
		cmocka_unit_test(not_elf),
	};

	if (argc == 2 && !strcmp(argv[1], "tell")) {
		printf("%llx\n", (unsigned long long)address_of(known_function));
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
