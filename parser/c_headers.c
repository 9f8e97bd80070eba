#include "parser/c_headers.h"

#include <stddef.h>
#include <string.h>

#include "ast/ctype.h"
#include "ast/script.h"
#include "ast/type.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "base/vec.h"

/* ---- the table: offsets instead of pointers, so that nothing is touched when the program starts ---- */

static const char *const header_names[] = {
#define C_HEADER(id, name) name,
#include "parser/c_headers.def"
#undef C_HEADER
};

enum header {
#define C_HEADER(id, name) HEADER_##id,
#include "parser/c_headers.def"
#undef C_HEADER
};

#define C_NEGATIVE C_CONSTANT
#define C_ENUMERATOR C_CONSTANT
static const struct texts {
#define C_CONSTANT(name, value, header) char text_##name[sizeof(#name)];
#include "parser/c_constants.def"
#undef C_CONSTANT
} texts = {
#define C_CONSTANT(name, value, header) #name,
#include "parser/c_constants.def"
#undef C_CONSTANT
};
#undef C_NEGATIVE
#undef C_ENUMERATOR

static const struct row {
	uint64_t value;
	uint32_t name;                 /* in texts */
	uint16_t header;
	bool is_negative, is_enumerator;
} rows[] = {
#define ROW(value, text, ...) { value, offsetof(struct texts, text), __VA_ARGS__ },
#define C_CONSTANT(name, value, header) ROW(value, text_##name, HEADER_##header, false, false)
#define C_NEGATIVE(name, value, header) ROW(-(uint64_t)value, text_##name, HEADER_##header, true, false)
#define C_ENUMERATOR(name, value, header) ROW(value, text_##name, HEADER_##header, false, true)
#include "parser/c_constants.def"
#undef C_CONSTANT
#undef C_NEGATIVE
#undef C_ENUMERATOR
#undef ROW
};

static const char *row_name(const struct row *r)
{
	return (const char *)&texts + r->name;
}

static const struct row *find_row(const char *name)
{
	size_t from = 0, to = ARRAY_SIZE(rows);

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = strcmp(name, row_name(&rows[middle]));

		if (!order)
			return &rows[middle];
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return NULL;
}

bool c_constant_at(unsigned i, struct c_constant *ret_constant)
{
	const struct row *r = &rows[i];

	if (i >= ARRAY_SIZE(rows))
		return false;
	*ret_constant = (struct c_constant){
		.name = row_name(r), .header = header_names[r->header], .value = r->value,
		.is_negative = r->is_negative,
	};
	return true;
}

/* ---- which headers ---- */

static const char *const kernel_dirs[] = {
	"linux", "net", "asm", "asm-generic", "uapi", "trace", "drm", "media", "scsi", "rdma", "sound", "crypto", "acpi",
	"xen", "kvm", "video", "generated", "vdso", "misc", "mtd", "memory", "pcmcia", "ras", "soc", "target", "ufs",
	"cxl", "keys", "clocksource", "kunit", "rv", "math-emu", "dt-bindings", "bpf",
};

static const char *const library_dirs[] = {
	"sys", "bits", "netinet", "arpa", "netpacket", "netax25", "netipx", "nfs", "protocols", "rpc", "gnu",
};

static const char *const library_files[] = {
	"vmlinux.h", "assert.h", "byteswap.h", "complex.h", "ctype.h", "dirent.h", "dlfcn.h", "elf.h", "endian.h",
	"err.h", "errno.h", "error.h", "execinfo.h", "fcntl.h", "features.h", "fenv.h", "float.h", "fnmatch.h", "ftw.h",
	"getopt.h", "glob.h", "grp.h", "iconv.h", "ifaddrs.h", "inttypes.h", "iso646.h", "langinfo.h", "libgen.h",
	"libintl.h", "limits.h", "link.h", "locale.h", "malloc.h", "math.h", "memory.h", "mntent.h", "mqueue.h",
	"netdb.h", "nl_types.h", "paths.h", "poll.h", "printf.h", "pthread.h", "pty.h", "pwd.h", "regex.h", "resolv.h",
	"sched.h", "search.h", "semaphore.h", "setjmp.h", "shadow.h", "signal.h", "spawn.h", "stab.h", "stdalign.h",
	"stdarg.h", "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "stdnoreturn.h",
	"string.h", "strings.h", "stropts.h", "syscall.h", "syslog.h", "termio.h", "termios.h", "threads.h", "time.h",
	"uchar.h", "ucontext.h", "unistd.h", "utime.h", "utmp.h", "utmpx.h", "values.h", "wait.h", "wchar.h",
	"wctype.h", "wordexp.h",
};

static bool is_one_of(const char *name, size_t len, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strlen(list[i]) == len && !memcmp(list[i], name, len))
			return true;
	return false;
}

/* Parts of letters, digits, '_', '-', '+' and dots inside, each behind one '/'. */
static bool is_header_path(const char *name)
{
	size_t len = strlen(name);

	if (len < 3 || strcmp(name + len - 2, ".h") || strstr(name, "..") || strstr(name, "//"))
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./") == len &&
	       *name != '.' && *name != '/' && !strstr(name, "/.");
}

static bool is_of_library(const char *name)
{
	size_t dir = strcspn(name, "/");

	return name[dir] ? is_one_of(name, dir, library_dirs, ARRAY_SIZE(library_dirs))
			 : is_one_of(name, dir, library_files, ARRAY_SIZE(library_files));
}

bool c_header_is_known(const char *name)
{
	size_t dir = strcspn(name, "/");

	return is_header_path(name) &&
	       ((name[dir] && is_one_of(name, dir, kernel_dirs, ARRAY_SIZE(kernel_dirs))) || is_of_library(name));
}

/* ---- what a script gets from them ---- */

struct included {
	const struct included *next;
	const char *name;
};

struct headers {
	struct ctype_source source;    /* first: what the source's verbs get */
	struct script *script;
	const struct included *first;  /* in the order of the script */
	const struct included **end;
};

static struct headers *headers_of(const struct ctype_source *src)
{
	return (struct headers *)src;
}

static bool constant(const struct ctype_source *src, const char *name, bool is_enumerator, const struct type **ret_type,
		     uint64_t *ret_value)
{
	const struct headers *h = headers_of(src);
	const struct row *r = h->first ? find_row(name) : NULL;

	if (!r || r->is_enumerator != is_enumerator)
		return false;
	*ret_value = r->value;
	*ret_type = type_int_literal(h->script->types, r->is_negative ? -r->value : r->value, r->is_negative);
	return true;
}

static bool find_macro(const struct ctype_source *src, const char *name, const struct type **ret_type,
		       uint64_t *ret_value)
{
	return constant(src, name, false, ret_type, ret_value);
}

/* The kernel's BTF knows most of them, with their enums. */
static bool find_enumerator(const struct ctype_source *src, const char *name, const struct type **ret_type,
			    uint64_t *ret_value)
{
	return constant(src, name, true, ret_type, ret_value);
}

static const struct type *find_no_type(const struct ctype_source *src, enum type_tag tag, const char *name)
{
	(void)src, (void)tag, (void)name;
	return NULL;
}

static void each_name(const struct ctype_source *src, void (*each)(void *ctx, const char *name), void *ctx)
{
	for (size_t i = 0; headers_of(src)->first && i < ARRAY_SIZE(rows); i++)
		each(ctx, row_name(&rows[i]));
}

static const char *list_of(const struct headers *h)
{
	struct strbuf text = { 0 };
	const char *list;

	for (const struct included *i = h->first; i; i = i->next)
		strbuf_printf(&text, "%s<%s>", i == h->first ? "" : i->next ? ", " : " and ", i->name);
	list = arena_strdup(h->script->arena, text.data);
	strbuf_done(&text);
	return list;
}

static void hint(const struct ctype_source *src, const char *name, struct diag *d)
{
	struct headers *h = headers_of(src);
	const struct row *r = find_row(name);

	if (!h->first && r)
		diag_hint(h->script->diags, d, "add '#include <%s>'", header_names[r->header]);
	else if (h->first)
		diag_hint(h->script->diags, d, "%s %s not read: types and enums come from the kernel, macros from a "
			  "table that has no '%s'", list_of(h), h->first->next ? "were" : "was", name);
	for (const struct included *i = h->first; i; i = i->next)
		if (is_of_library(i->name)) {
			diag_hint(h->script->diags, d, "'-I /usr/include' has <%s> read where it is installed", i->name);
			return;
		}
}

void c_headers_init(struct script *s)
{
	struct headers *h = ARENA_NEW(s->arena, struct headers);

	h->source = (struct ctype_source){
		.find = find_no_type, .constant = find_macro, .late_constant = find_enumerator,
		.each_name = each_name, .hint = hint,
	};
	h->script = s;
	h->end = &h->first;
	s->headers = &h->source;
}

void c_header_include(struct script *s, const char *name)
{
	struct headers *h = headers_of(s->headers);
	struct included *i;

	for (const struct included *k = h->first; k; k = k->next)
		if (!strcmp(k->name, name))
			return;
	i = ARENA_NEW(s->arena, struct included);
	i->name = arena_strdup(s->arena, name);
	*h->end = i;
	h->end = (const struct included **)&i->next;
}

bool c_header_constant(const struct script *s, const char *name, uint64_t *ret_value, bool *ret_is_negative)
{
	const struct row *r = headers_of(s->headers)->first ? find_row(name) : NULL;

	if (!r)
		return false;
	*ret_value = r->value;
	*ret_is_negative = r->is_negative;
	return true;
}
