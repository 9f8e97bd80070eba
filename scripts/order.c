/* order PROGRAM ARGS...: runs a program and prints the names of its functions in the order in which they are first
 * called, for the linker to put them there. A breakpoint on each tells, and goes when it was met. */
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __x86_64__
int main(void)
{
	return 0; /* without an order, the linker has its own */
}
#else

enum { BREAKPOINT = 0xcc };

struct function {
	uint64_t at;                   /* in the file's own addresses */
	const char *name;
	unsigned char byte;            /* what stood there */
	int is_met;
};

static struct function *functions;
static size_t n_functions;

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

static int compare(const void *a, const void *b)
{
	const struct function *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static void read_functions(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	const char *elf;
	const Elf64_Ehdr *h;
	const Elf64_Shdr *sections;

	if (fd < 0 || fstat(fd, &st))
		die(path);
	elf = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (elf == MAP_FAILED)
		die(path);
	h = (const void *)elf;
	sections = (const void *)(elf + h->e_shoff);
	for (int i = 0; i < h->e_shnum; i++) {
		const Elf64_Sym *syms = (const void *)(elf + sections[i].sh_offset);
		size_t n = sections[i].sh_type == SHT_SYMTAB ? sections[i].sh_size / sizeof(*syms) : 0;

		functions = n ? calloc(n, sizeof(*functions)) : functions;
		for (size_t k = 0; k < n; k++)
			if (ELF64_ST_TYPE(syms[k].st_info) == STT_FUNC && syms[k].st_size &&
			    syms[k].st_shndx < h->e_shnum &&
			    !strcmp(elf + sections[h->e_shstrndx].sh_offset +
				    sections[syms[k].st_shndx].sh_name, ".text"))
				functions[n_functions++] = (struct function){
					.at = syms[k].st_value,
					.name = elf + sections[sections[i].sh_link].sh_offset + syms[k].st_name,
				};
	}
	qsort(functions, n_functions, sizeof(*functions), compare);
}

static struct function *function_at(uint64_t at)
{
	struct function key = { .at = at };

	return bsearch(&key, functions, n_functions, sizeof(*functions), compare);
}

/* Where the first byte of the program is mapped. */
static uint64_t base_of(pid_t pid)
{
	char path[64];
	unsigned long long base = 0;
	FILE *maps;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = fopen(path, "r");
	if (!maps || fscanf(maps, "%llx-", &base) != 1)
		die(path);
	fclose(maps);
	return base;
}

static void set_byte(int mem, uint64_t at, unsigned char byte)
{
	if (pwrite(mem, &byte, 1, (off_t)at) != 1)
		die("write");
}

static void plant(int mem, uint64_t base)
{
	for (size_t i = 0; i < n_functions; i++) {
		struct function *f = &functions[i];

		if (i && f->at == functions[i - 1].at) {
			f->byte = functions[i - 1].byte;
			continue;
		}
		if (pread(mem, &f->byte, 1, (off_t)(base + f->at)) != 1)
			die("read");
		set_byte(mem, base + f->at, BREAKPOINT);
	}
}

/* The breakpoint at which the program stopped; 0: it was another reason. */
static int on_breakpoint(pid_t pid, int mem, uint64_t base)
{
	struct user_regs_struct regs;
	struct function *f;

	if (ptrace(PTRACE_GETREGS, pid, NULL, &regs))
		return 0;
	f = function_at(regs.rip - 1 - base);
	if (!f || f->is_met)
		return 0;
	f->is_met = 1;
	puts(f->name);
	set_byte(mem, base + f->at, f->byte);
	regs.rip--;
	return !ptrace(PTRACE_SETREGS, pid, NULL, &regs);
}

int main(int argc, char **argv)
{
	char path[64];
	int status, mem;
	uint64_t base;
	pid_t pid;

	if (argc < 2)
		return 2;
	read_functions(argv[1]);
	pid = fork();
	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execv(argv[1], argv + 1);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		die(argv[1]);
	base = base_of(pid);
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	mem = open(path, O_RDWR | O_CLOEXEC);
	if (mem < 0)
		die(path);
	plant(mem, base);
	while (!ptrace(PTRACE_CONT, pid, NULL, WIFSTOPPED(status) && WSTOPSIG(status) != SIGTRAP ? WSTOPSIG(status) : 0) &&
	       waitpid(pid, &status, 0) == pid && WIFSTOPPED(status))
		if (WSTOPSIG(status) == SIGTRAP)
			on_breakpoint(pid, mem, base);
	return 0;
}
#endif
