#include "probes/elf.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"

struct elf_file {
	int fd;
	Elf *elf;
	VEC(struct elf_function) functions;
	bool is_read;
};

bool elf_is_elf(const char *path)
{
	char magic[SELFMAG];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	bool is;

	if (fd < 0)
		return false;
	is = !fstat(fd, &st) && S_ISREG(st.st_mode) && read(fd, magic, SELFMAG) == SELFMAG &&
	     !memcmp(magic, ELFMAG, SELFMAG);
	close(fd);
	return is;
}

int elf_open(const char *path, struct elf_file **ret)
{
	struct elf_file *f;
	int fd;

	if (access(path, R_OK))
		return -errno;
	if (!elf_is_elf(path))
		return -ENOEXEC;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	elf_version(EV_CURRENT);
	f = xcalloc(1, sizeof(*f));
	f->fd = fd;
	f->elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	if (!f->elf || elf_kind(f->elf) != ELF_K_ELF) {
		elf_close(f);
		return -ENOEXEC;
	}
	*ret = f;
	return 0;
}

void elf_close(struct elf_file *f)
{
	if (!f)
		return;
	vec_done(&f->functions);
	elf_end(f->elf);
	close(f->fd);
	free(f);
}

static void read_symbols(struct elf_file *f, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t n = data && header->sh_entsize ? header->sh_size / header->sh_entsize : 0;
	GElf_Sym sym;

	for (size_t i = 0; i < n && gelf_getsym(data, (int)i, &sym); i++) {
		unsigned type = GELF_ST_TYPE(sym.st_info);
		const char *name;

		if ((type != STT_FUNC && type != STT_GNU_IFUNC) || sym.st_shndx == SHN_UNDEF || !sym.st_value)
			continue;
		name = elf_strptr(f->elf, header->sh_link, sym.st_name);
		if (name && *name)
			vec_push(&f->functions, (struct elf_function){ name, sym.st_value, sym.st_size });
	}
}

static int compare_functions(const void *a, const void *b)
{
	const struct elf_function *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order)
		return order;
	return x->address < y->address ? -1 : x->address > y->address;
}

static void read_functions(struct elf_file *f)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t kept = 0;

	f->is_read = true;
	while ((section = elf_nextscn(f->elf, section)))
		if (gelf_getshdr(section, &header) &&
		    (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM))
			read_symbols(f, section, &header);
	if (!f->functions.n)
		return;
	qsort(f->functions.v, f->functions.n, sizeof(*f->functions.v), compare_functions);
	for (size_t i = 0; i < f->functions.n; i++)
		if (!kept || compare_functions(&f->functions.v[kept - 1], &f->functions.v[i]))
			f->functions.v[kept++] = f->functions.v[i];
	f->functions.n = kept;
}

const struct elf_function *elf_functions(struct elf_file *f, size_t *ret_n)
{
	if (!f->is_read)
		read_functions(f);
	*ret_n = f->functions.n;
	return f->functions.v;
}

const struct elf_function *elf_function(struct elf_file *f, const char *name)
{
	size_t n, low = 0, high;
	const struct elf_function *all = elf_functions(f, &n);

	for (high = n; low < high;) {
		size_t middle = (low + high) / 2;

		if (strcmp(all[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && !strcmp(all[low].name, name) ? &all[low] : NULL;
}

const struct elf_function *elf_function_at(struct elf_file *f, uint64_t address)
{
	size_t n;
	const struct elf_function *all = elf_functions(f, &n);

	for (size_t i = 0; i < n; i++)
		if (address >= all[i].address && address - all[i].address < (all[i].size ? all[i].size : 1))
			return &all[i];
	return NULL;
}

int elf_offset(struct elf_file *f, uint64_t address, uint64_t *ret_offset)
{
	GElf_Phdr p;
	size_t n;

	if (elf_getphdrnum(f->elf, &n))
		return -ENOENT;
	for (size_t i = 0; i < n && gelf_getphdr(f->elf, (int)i, &p); i++) {
		if (p.p_type != PT_LOAD || !(p.p_flags & PF_X))
			continue;
		if (address < p.p_vaddr || address - p.p_vaddr >= p.p_filesz)
			continue;
		*ret_offset = address - p.p_vaddr + p.p_offset;
		return 0;
	}
	return -ENOENT;
}
