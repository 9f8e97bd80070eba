/* Opening libclang, having it parse a header, and finding for it what the header takes for granted. */
#include "parser/c_clang.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/host.h"
#include "base/source.h"
#include "base/str.h"
#include "parser/c_headers.h"
#include "parser/c_clang_priv.h"

/* ---- opening ---- */

static const char *const libraries[] = {
	"libclang-19.so.1", "libclang-19.so.19", "/usr/lib/llvm-19/lib/libclang-19.so.1",
	"/usr/lib/llvm-19/lib/libclang-19.so.19", "/usr/lib/llvm-19/lib/libclang.so.1",
};

static bool find_calls(void *library, struct clang *ret_clang)
{
	bool is_good = true;

#define CLANG_CALL(result, name, parameters) \
	*(void **)&ret_clang->name = dlsym(library, "clang_" #name); \
	is_good = is_good && ret_clang->name;
	CLANG_CALLS
#undef CLANG_CALL
	return is_good;
}

/* NULL: not there. Opened once, and never closed. */
static const struct clang *open_clang(void)
{
	static struct clang clang;
	static bool is_open;

	for (size_t i = 0; i < ARRAY_SIZE(libraries) && !is_open; i++) {
		void *library = dlopen(libraries[i], RTLD_NOW | RTLD_LOCAL);

		is_open = library && find_calls(library, &clang);
	}
	return is_open ? &clang : NULL;
}

bool c_clang_is_there(void)
{
	return open_clang() != NULL;
}

/* ---- one parse ---- */

enum { MAX_ROUNDS = 20, MAX_EMPTY = 200, MAX_SHOWN = 20 };

/* Files that are only in memory have names that begin so. */
#define IN_MEMORY "/sonde/"

struct parse {
	struct c_section *c;
	const struct clang *clang;
	const char *path, *full, *before; /* full: from the root */
	struct span at;
	struct strbuf given;           /* what the header takes for granted: types of the kernel, constants */
	const char *empty[MAX_EMPTY];  /* headers of the system that are not there */
	unsigned n_empty;
	const char *asked[MAX_EMPTY];  /* names that were looked up */
	unsigned n_asked;
	CXIndex index;
	CXTranslationUnit tu;
};

const char *clang_text(const struct clang *clang, struct arena *a, CXString s)
{
	const char *text = clang->getCString(s);

	text = arena_strdup(a, text ? text : "");
	clang->disposeString(s);
	return text;
}

static unsigned make_args(struct parse *p, const char **args)
{
	const struct script *s = p->c->script;
	unsigned n = 0;

	args[n++] = "-xc";
	args[n++] = "-std=gnu11";
	args[n++] = "-w";
	args[n++] = "-ferror-limit=0";
	for (size_t i = 0; i < s->n_include_dirs; i++)
		args[n++] = arena_printf(p->c->arena, "-I%s", s->include_dirs[i]);
	args[n++] = "-idirafter" IN_MEMORY "include";
	return n;
}

static struct CXUnsavedFile in_memory(struct parse *p, const char *name, const char *text)
{
	return (struct CXUnsavedFile){ arena_printf(p->c->arena, IN_MEMORY "%s", name), text, strlen(text) };
}

static int parse_once(struct parse *p)
{
	const char **args = ARENA_ARRAY(p->c->arena, const char *, p->c->script->n_include_dirs + 8);
	struct CXUnsavedFile files[MAX_EMPTY + 2];
	unsigned n_args = make_args(p, args), n = 0;

	files[n++] = in_memory(p, "main.c", arena_printf(p->c->arena, "#include \"" IN_MEMORY "given.h\"\n%s\n"
							 "#include \"%s\"\n", p->before, p->full));
	files[n++] = in_memory(p, "given.h", p->given.len ? p->given.data : "");
	for (unsigned i = 0; i < p->n_empty; i++)
		files[n++] = in_memory(p, arena_printf(p->c->arena, "include/%s", p->empty[i]), "");
	return p->clang->parseTranslationUnit2(p->index, IN_MEMORY "main.c", args, (int)n_args, files, n,
					       CXTranslationUnit_DetailedPreprocessingRecord |
					       CXTranslationUnit_SkipFunctionBodies | CXTranslationUnit_KeepGoing,
					       &p->tu);
}

/* ---- what the header takes for granted ---- */

static bool is_new(struct parse *p, const char *name)
{
	for (unsigned i = 0; i < p->n_asked; i++)
		if (!strcmp(p->asked[i], name))
			return false;
	if (p->n_asked == MAX_EMPTY)
		return false;
	p->asked[p->n_asked++] = name;
	return true;
}

/* One of the script's own first. */
static const struct type *find_type(struct parse *p, enum type_tag tag, const char *name)
{
	const struct type *t = ctype_find(p->c->script, tag, name);

	return t ? t : c_foreign_type(p->c, tag, name);
}

/* Bytes that stand for a type of the kernel in the layout of others. */
static void give_bytes(struct parse *p, const char *head, const struct type *t, const char *name)
{
	uint32_t align = c_type_align(&(struct c_type){ .kind = CT_FOREIGN, .foreign = t });

	strbuf_printf(&p->given, "%s { unsigned char _[%u]; } __attribute__((aligned(%u))) %s;\n", head, t->size, align,
		      name);
}

static bool give_type(struct parse *p, const char *name)
{
	const struct type *t = find_type(p, TAG_NONE, name);

	if (!t)
		return false;
	switch (t->kind) {
	case TYPE_VOID: strbuf_printf(&p->given, "typedef void %s;\n", name); break;
	case TYPE_BOOL: strbuf_printf(&p->given, "typedef _Bool %s;\n", name); break;
	case TYPE_POINTER: strbuf_printf(&p->given, "typedef void *%s;\n", name); break;
	case TYPE_INT:
		strbuf_printf(&p->given, "typedef __%sINT%u_TYPE__ %s;\n", t->is_signed ? "" : "U", t->size * 8, name);
		break;
	default: give_bytes(p, "typedef struct", t, name); break;
	}
	return true;
}

/* what: "struct x" or "union x", as clang quotes it. */
static bool give_struct(struct parse *p, const char *what)
{
	bool is_union = !strncmp(what, "union ", 6);
	const char *tag = strchr(what, ' ');
	const struct type *t = tag ? find_type(p, is_union ? TAG_UNION : TAG_STRUCT, tag + 1) : NULL;

	if (!t || !t->size)
		return false;
	give_bytes(p, what, t, "");
	return true;
}

static bool give_constant(struct parse *p, const char *name)
{
	struct c_value v;

	if (!c_foreign_constant(p->c, name, &v))
		return false;
	strbuf_printf(&p->given, v.is_unsigned ? "#define %s %lluull\n" : "#define %s (%lldll)\n", name,
		      (unsigned long long)v.bits);
	return true;
}

static bool give_header(struct parse *p, const char *name)
{
	if (!c_header_is_known(name) || p->n_empty == MAX_EMPTY)
		return false;
	c_header_include(p->c->script, name);
	p->empty[p->n_empty++] = name;
	return true;
}

/* The first thing in quotes behind `from`. */
static const char *quoted(struct parse *p, const char *from)
{
	const char *open = strchr(from, '\''), *close = open ? strchr(open + 1, '\'') : NULL;

	return close ? arena_strndup(p->c->arena, open + 1, (size_t)(close - open - 1)) : NULL;
}

/* Whether the kernel has what is missing: then it is given, and the next parse may be without the error. */
static bool give_missing(struct parse *p, const char *message)
{
	const char *incomplete = strstr(message, "incomplete"), *what = quoted(p, incomplete ? incomplete : message);

	if (!what || !is_new(p, what))
		return false;
	if (strstr(message, "unknown type name"))
		return give_type(p, what);
	if (strstr(message, "file not found"))
		return give_header(p, what);
	if (strstr(message, "undeclared identifier"))
		return give_constant(p, what) || give_type(p, what);
	return incomplete && give_struct(p, what);
}

/* ---- errors ---- */

static struct span place_of(struct parse *p, CXDiagnostic d)
{
	unsigned line, column, offset;
	const char *name;
	uint32_t start;
	char *text;
	size_t len;
	CXFile file;

	p->clang->getExpansionLocation(p->clang->getDiagnosticLocation(d), &file, &line, &column, &offset);
	name = file ? clang_text(p->clang, p->c->arena, p->clang->getFileName(file)) : IN_MEMORY;
	if (!strncmp(name, IN_MEMORY, strlen(IN_MEMORY)) || host_read_file(name, &text, &len))
		return p->at;
	start = sources_add(p->c->script->sources, strcmp(name, p->full) ? name : p->path, text, len);
	len = offset < len ? strcspn(text + offset, " \t\n,;(){}[]*") : 0;
	free(text);
	return start ? (struct span){ start + offset, start + offset + (uint32_t)(len ? len : 1) } : p->at;
}

static void show_errors(struct parse *p)
{
	unsigned n = p->clang->getNumDiagnostics(p->tu), errors = 0;

	for (unsigned i = 0; i < n; i++) {
		CXDiagnostic d = p->clang->getDiagnostic(p->tu, i);

		if (p->clang->getDiagnosticSeverity(d) >= CXDiagnostic_Error && errors++ < MAX_SHOWN) {
			const char *text = clang_text(p->clang, p->c->arena, p->clang->getDiagnosticSpelling(d));

			diag_error(p->c->diags, DIAG_C_HEADER, place_of(p, d), "%s", text);
		}
		p->clang->disposeDiagnostic(d);
	}
	if (errors > MAX_SHOWN)
		diag_error(p->c->diags, DIAG_C_HEADER, p->at, "'%s' has %u errors more", p->path, errors - MAX_SHOWN);
}

/* How many errors there are; *ret_progress: some of them may be gone the next time. */
static unsigned look_at_errors(struct parse *p, bool *ret_progress)
{
	unsigned n = p->clang->getNumDiagnostics(p->tu), errors = 0;

	*ret_progress = false;
	for (unsigned i = 0; i < n; i++) {
		CXDiagnostic d = p->clang->getDiagnostic(p->tu, i);

		if (p->clang->getDiagnosticSeverity(d) >= CXDiagnostic_Error) {
			const char *text = clang_text(p->clang, p->c->arena, p->clang->getDiagnosticSpelling(d));

			*ret_progress |= give_missing(p, text);
			errors++;
		}
		p->clang->disposeDiagnostic(d);
	}
	return errors;
}

/* ---- all of it ---- */

static int parse(struct parse *p)
{
	for (unsigned round = 0; round < MAX_ROUNDS; round++) {
		bool progress;

		if (parse_once(p)) {
			diag_error(p->c->diags, DIAG_C_HEADER, p->at, "libclang cannot read '%s'", p->path);
			return -1;
		}
		if (!look_at_errors(p, &progress))
			return 0;
		if (!progress)
			break;
		p->clang->disposeTranslationUnit(p->tu);
		p->tu = NULL;
	}
	if (p->tu)
		show_errors(p);
	else
		diag_hint(p->c->diags,
			  diag_error(p->c->diags, DIAG_C_HEADER, p->at,
				     "'%s' needs too many of the kernel's types", p->path),
			  "include what it needs in front of it");
	return -1;
}

const char *c_clang_read(struct c_section *c, const char *path, const char *before, struct span at)
{
	struct parse p = { .c = c, .clang = open_clang(), .path = path, .before = before, .at = at };
	const char *text = NULL;
	char *full;

	if (!p.clang) {
		diag_error(c->diags, DIAG_C_HEADER, at, "reading '%s' needs libclang: install the package libclang1-19", path);
		return NULL;
	}
	full = realpath(path, NULL);
	p.full = arena_strdup(c->arena, full ? full : path);
	free(full);
	p.index = p.clang->createIndex(0, 0);
	if (!parse(&p))
		text = clang_write(c, p.clang, p.tu, IN_MEMORY);
	if (p.tu)
		p.clang->disposeTranslationUnit(p.tu);
	p.clang->disposeIndex(p.index);
	strbuf_done(&p.given);
	return text;
}
