#include "probes/elf.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"

struct elf_file {
	int fd, debug_fd; /* debug: the file with the symbols that were split off; -1: none */
	Elf *elf, *debug;
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
	f->debug_fd = -1;
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
	elf_end(f->debug);
	elf_end(f->elf);
	if (f->debug_fd >= 0)
		close(f->debug_fd);
	close(f->fd);
	free(f);
}

static void read_symbols(struct elf_file *f, Elf *elf, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t n = data && header->sh_entsize ? header->sh_size / header->sh_entsize : 0;
	GElf_Sym sym;

	for (size_t i = 0; i < n && gelf_getsym(data, (int)i, &sym); i++) {
		unsigned type = GELF_ST_TYPE(sym.st_info);
		const char *name;

		if ((type != STT_FUNC && type != STT_GNU_IFUNC) || sym.st_shndx == SHN_UNDEF ||
		    !sym.st_value)
			continue;
		name = elf_strptr(elf, header->sh_link, sym.st_name);
		if (name && *name)
			vec_push(&f->functions,
				 (struct elf_function){ name, sym.st_value, sym.st_size });
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

/* Returns whether there was a .symtab. */
static bool read_tables(struct elf_file *f, Elf *elf)
{
	Elf_Scn *section = NULL;
	bool is_full = false;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		if (!gelf_getshdr(section, &header))
			continue;
		if (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM)
			read_symbols(f, elf, section, &header);
		is_full |= header.sh_type == SHT_SYMTAB;
	}
	return is_full;
}

static const unsigned char *find_build_id(Elf *elf, size_t *ret_len)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = elf_nextscn(elf, section))) {
		size_t at = 0, name, desc;
		GElf_Nhdr note;
		Elf_Data *data;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_NOTE)
			continue;
		data = elf_getdata(section, NULL);
		while (data && (at = gelf_getnote(data, at, &note, &name, &desc))) {
			if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != sizeof("GNU") ||
			    memcmp((char *)data->d_buf + name, "GNU", sizeof("GNU")))
				continue;
			*ret_len = note.n_descsz;
			return (unsigned char *)data->d_buf + desc;
		}
	}
	return NULL;
}

/* The debug file that distributions install for a stripped binary. */
static void read_debug_file(struct elf_file *f)
{
	char path[160] = "/usr/lib/debug/.build-id/";
	size_t len, at = strlen(path);
	const unsigned char *id = find_build_id(f->elf, &len);

	if (!id || len < 2 || 2 * len + at + sizeof("/.debug") > sizeof(path))
		return;
	for (size_t i = 0; i < len; i++)
		at += (size_t)snprintf(path + at, sizeof(path) - at, "%s%02x", i == 1 ? "/" : "",
				       id[i]);
	snprintf(path + at, sizeof(path) - at, ".debug");
	f->debug_fd = open(path, O_RDONLY | O_CLOEXEC);
	if (f->debug_fd < 0)
		return;
	f->debug = elf_begin(f->debug_fd, ELF_C_READ_MMAP, NULL);
	if (f->debug)
		read_tables(f, f->debug);
}

static void read_functions(struct elf_file *f)
{
	size_t kept = 0;

	f->is_read = true;
	if (!read_tables(f, f->elf))
		read_debug_file(f);
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
		if (address >= all[i].address &&
		    address - all[i].address < (all[i].size ? all[i].size : 1))
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

size_t elf_read(struct elf_file *f, uint64_t offset, void *buf, size_t size)
{
	ssize_t n = pread(f->fd, buf, size, (off_t)offset);

	return n < 0 ? 0 : (size_t)n;
}
