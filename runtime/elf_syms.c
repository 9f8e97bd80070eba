#include "runtime/elf_syms.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "base/vec.h"

/* How many symbols to look at for one that reaches as far as an address. */
enum { MAX_STEPS_BACK = 64, MAX_DEBUGDATA = 256 << 20 };

struct elf_sym {
	uint64_t start, size;          /* size 0: up to the next symbol */
	uint32_t name;                 /* offset in names */
	uint8_t rank;                  /* of several for one address the smallest is shown */
};

/* What is loaded where. */
struct load {
	uint64_t offset, address, size;
};

struct elf_syms {
	VEC(struct elf_sym) syms;      /* by start; one for each address */
	VEC(struct load) loads;
	struct strbuf names;
};

/* -- reading tables -- */

static uint8_t rank_symbol(const GElf_Sym *sym, const char *name)
{
	static const uint8_t of_binding[] = { [STB_LOCAL] = 2, [STB_GLOBAL] = 0, [STB_WEAK] = 1 };
	unsigned bind = GELF_ST_BIND(sym->st_info), underscores = strspn(name, "_");

	if (underscores > 15)
		underscores = 15;
	return (GELF_ST_TYPE(sym->st_info) == STT_NOTYPE) << 7 | underscores << 2 |
	       (bind <= STB_WEAK ? of_binding[bind] : 3);
}

static bool is_wanted(Elf *elf, const GElf_Sym *sym)
{
	unsigned type = GELF_ST_TYPE(sym->st_info);
	GElf_Shdr section;

	if (sym->st_shndx == SHN_UNDEF || !sym->st_value)
		return false;
	if (type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_OBJECT)
		return true;
	/* Labels of assembly code. */
	return type == STT_NOTYPE && sym->st_shndx < SHN_LORESERVE &&
	       gelf_getshdr(elf_getscn(elf, sym->st_shndx), &section) && section.sh_flags & SHF_EXECINSTR;
}

static void read_table(struct elf_syms *es, Elf *elf, Elf_Scn *section, const GElf_Shdr *header)
{
	Elf_Data *data = elf_getdata(section, NULL);
	size_t n = header->sh_entsize && data ? data->d_size / header->sh_entsize : 0;

	for (size_t i = 0; i < n; i++) {
		const char *name;
		GElf_Sym sym;

		if (!gelf_getsym(data, i, &sym) || !is_wanted(elf, &sym))
			continue;
		name = elf_strptr(elf, header->sh_link, sym.st_name);
		if (!name || !*name || *name == '$' || es->names.len > UINT32_MAX / 2)
			continue;
		vec_push(&es->syms, (struct elf_sym){ sym.st_value, sym.st_size, es->names.len,
						      rank_symbol(&sym, name) });
		strbuf_put(&es->names, name, strlen(name) + 1);
	}
}

static Elf_Scn *find_section(Elf *elf, uint32_t type, const char *name, GElf_Shdr *ret_header)
{
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	for (Elf_Scn *s = NULL; (s = elf_nextscn(elf, s));) {
		const char *its;

		if (!gelf_getshdr(s, ret_header) || (type && ret_header->sh_type != type))
			continue;
		if (!name)
			return s;
		its = elf_strptr(elf, names, ret_header->sh_name);
		if (its && !strcmp(its, name))
			return s;
	}
	return NULL;
}

/* True when the file has a table of that type with at least one symbol. */
static bool read_table_of(struct elf_syms *es, Elf *elf, uint32_t type)
{
	size_t before = es->syms.n;
	GElf_Shdr header;
	Elf_Scn *s = find_section(elf, type, NULL, &header);

	if (s)
		read_table(es, elf, s, &header);
	return es->syms.n > before;
}

static void read_loads(struct elf_syms *es, Elf *elf)
{
	size_t n;

	if (elf_getphdrnum(elf, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		GElf_Phdr p;

		if (gelf_getphdr(elf, i, &p) && p.p_type == PT_LOAD)
			vec_push(&es->loads, (struct load){ p.p_offset, p.p_vaddr, p.p_filesz });
	}
}

/* -- symbols kept elsewhere -- */

/* Part of the interface of liblzma 5, which is looked for at run time. */
typedef int (*lzma_decode_fn)(uint64_t *memlimit, uint32_t flags, const void *allocator, const uint8_t *in,
			      size_t *in_pos, size_t in_size, uint8_t *out, size_t *out_pos, size_t out_size);
enum { LZMA_OK = 0, LZMA_BUF_ERROR = 10 };

/* Unpacks into a buffer that grows until everything has room; NULL when it is no xz or too large. */
static void *unpack_xz(const void *packed, size_t len, size_t *ret_len)
{
	static lzma_decode_fn decode;
	size_t cap = len * 4;
	void *lib = decode ? NULL : dlopen("liblzma.so.5", RTLD_NOW | RTLD_LOCAL);

	if (lib)
		decode = (lzma_decode_fn)(uintptr_t)dlsym(lib, "lzma_stream_buffer_decode");
	for (; decode && cap <= MAX_DEBUGDATA; cap *= 2) {
		uint64_t memlimit = UINT64_MAX;
		size_t in = 0, out = 0;
		void *image = xmalloc(cap);
		int status = decode(&memlimit, 0, NULL, packed, &in, len, image, &out, cap);

		*ret_len = out;
		if (status == LZMA_OK)
			return image;
		free(image);
		if (status != LZMA_BUF_ERROR)
			break;
	}
	return NULL;
}

static void read_debugdata(struct elf_syms *es, Elf *elf)
{
	GElf_Shdr header;
	Elf_Scn *s = find_section(elf, SHT_PROGBITS, ".gnu_debugdata", &header);
	Elf_Data *data = s ? elf_rawdata(s, NULL) : NULL;
	size_t len;
	void *image = data ? unpack_xz(data->d_buf, data->d_size, &len) : NULL;
	Elf *inner = image ? elf_memory(image, len) : NULL;

	if (inner)
		read_table_of(es, inner, SHT_SYMTAB);
	elf_end(inner);
	free(image);
}

/* The build id in a note section, as two paths components of hex digits: "ab/cdef...". */
static bool read_build_id(Elf *elf, struct strbuf *out)
{
	GElf_Shdr header;
	Elf_Scn *s = find_section(elf, SHT_NOTE, ".note.gnu.build-id", &header);
	Elf_Data *data = s ? elf_getdata(s, NULL) : NULL;
	size_t name, desc;
	GElf_Nhdr note;

	if (!data || !gelf_getnote(data, 0, &note, &name, &desc) || note.n_type != NT_GNU_BUILD_ID)
		return false;
	for (size_t i = 0; i < note.n_descsz; i++)
		strbuf_printf(out, i == 1 ? "/%02x" : "%02x", ((unsigned char *)data->d_buf)[desc + i]);
	return note.n_descsz > 1;
}

static int map_file(int fd, void **ret_image, size_t *ret_len)
{
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode) || !st.st_size)
		return -ENOEXEC;
	*ret_image = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (*ret_image == MAP_FAILED)
		return -errno;
	*ret_len = st.st_size;
	return 0;
}

/* The file that a distribution's debug package installs for this build id. */
static bool read_debug_file(struct elf_syms *es, Elf *elf)
{
	struct strbuf path = { 0 };
	bool found = false;
	void *image;
	size_t len;
	Elf *debug;
	int fd = -1;

	strbuf_puts(&path, "/usr/lib/debug/.build-id/");
	if (read_build_id(elf, &path)) {
		strbuf_puts(&path, ".debug");
		fd = open(path.data, O_RDONLY | O_CLOEXEC);
	}
	strbuf_done(&path);
	if (fd < 0)
		return false;
	if (!map_file(fd, &image, &len)) {
		debug = elf_memory(image, len);
		found = debug && read_table_of(es, debug, SHT_SYMTAB);
		elf_end(debug);
		munmap(image, len);
	}
	close(fd);
	return found;
}

/* -- putting it together -- */

static int compare_syms(const void *left, const void *right, void *names)
{
	const struct elf_sym *a = left, *b = right;
	size_t a_len, b_len;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->rank != b->rank)
		return a->rank - b->rank;
	a_len = strlen((char *)names + a->name);
	b_len = strlen((char *)names + b->name);
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return strcmp((char *)names + a->name, (char *)names + b->name);
}

/* Sorts, and keeps the best name for each address with the largest size any of its names has. */
static void sort_syms(struct elf_syms *es)
{
	size_t kept = 0;

	if (!es->syms.n)
		return;
	qsort_r(es->syms.v, es->syms.n, sizeof(*es->syms.v), compare_syms, es->names.data);
	for (size_t i = 0; i < es->syms.n; i++) {
		struct elf_sym *last = kept ? &es->syms.v[kept - 1] : NULL, *sym = &es->syms.v[i];

		if (!last || last->start != sym->start)
			es->syms.v[kept++] = *sym;
		else if (sym->size > last->size)
			last->size = sym->size;
	}
	es->syms.n = kept;
}

static int read_elf(Elf *elf, struct elf_syms **ret_syms)
{
	struct elf_syms *es;

	if (!elf || elf_kind(elf) != ELF_K_ELF)
		return -ENOEXEC;
	es = xcalloc(1, sizeof(*es));
	read_loads(es, elf);
	if (!read_table_of(es, elf, SHT_SYMTAB) && !read_debug_file(es, elf)) {
		read_table_of(es, elf, SHT_DYNSYM);
		read_debugdata(es, elf);
	}
	sort_syms(es);
	*ret_syms = es;
	return 0;
}

int elf_syms_read_memory(const void *image, size_t len, struct elf_syms **ret_syms)
{
	Elf *elf;
	int err;

	elf_version(EV_CURRENT);
	elf = elf_memory((char *)image, len);
	err = read_elf(elf, ret_syms);
	elf_end(elf);
	return err;
}

int elf_syms_read(int fd, struct elf_syms **ret_syms)
{
	void *image;
	size_t len;
	int err = map_file(fd, &image, &len);

	if (err)
		return err;
	err = elf_syms_read_memory(image, len, ret_syms);
	munmap(image, len);
	return err;
}

uint64_t elf_syms_address(const struct elf_syms *es, uint64_t file_offset)
{
	for (size_t i = 0; i < es->loads.n; i++) {
		const struct load *l = &es->loads.v[i];

		if (file_offset - l->offset < l->size)
			return file_offset - l->offset + l->address;
	}
	return UINT64_MAX;
}

const char *elf_syms_find(const struct elf_syms *es, uint64_t address, uint64_t *ret_offset)
{
	const struct elf_sym *label = NULL;
	size_t low = 0, high = es->syms.n, last;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (es->syms.v[mid].start <= address)
			low = mid + 1;
		else
			high = mid;
	}
	last = low;
	for (; low && last - low < MAX_STEPS_BACK; low--) {
		const struct elf_sym *sym = &es->syms.v[low - 1];

		if (address - sym->start < sym->size) {
			label = sym;
			break;
		}
		/* Without a size it reaches up to the next symbol, unless it lies inside another one. */
		if (low == last && !sym->size)
			label = sym;
	}
	if (label)
		*ret_offset = address - label->start;
	return label ? es->names.data + label->name : NULL;
}

void elf_syms_free(struct elf_syms *es)
{
	if (!es)
		return;
	vec_done(&es->syms);
	vec_done(&es->loads);
	strbuf_done(&es->names);
	free(es);
}
