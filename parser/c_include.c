/* #include: headers that are found are read; those of the system are answered without (c_headers.h). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/host.h"
#include "base/source.h"
#include "parser/c_clang.h"
#include "parser/c_headers.h"
#include "parser/c_priv.h"

#ifdef __x86_64__
#define C_MULTIARCH "x86_64-linux-gnu"
#else
#define C_MULTIARCH "aarch64-linux-gnu"
#endif

static bool is_read_once(const struct c_section *c, const char *path)
{
	for (size_t i = 0; i < c->once.n; i++)
		if (!strcmp(c->once.v[i], path))
			return true;
	return false;
}

int c_push_file(struct c_section *c, const char *path, struct span at)
{
	struct stat st;
	uint32_t start;
	char *text;
	size_t len;
	int err;

	if (is_read_once(c, path))
		return 0;
	if (stat(path, &st))
		return -errno;
	/* devices may have no end, but for this one */
	if ((S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode)) && strcmp(path, "/dev/null"))
		return -ENODEV;
	err = host_read_file(path, &text, &len);
	if (err)
		return err;
	if (c_is_by_clang(c, path)) {
		free(text);
		c_push_by_clang(c, path, at);
		return 0;
	}
	start = sources_add(c->script->sources, path, text, len);
	free(text);
	if (!start)
		return -EFBIG;
	c_begin_text(c, &(struct c_item){ .start = start, .len = len, .file = arena_strdup(c->arena, path),
					    .at = at });
	return 0;
}

/* ---- libclang ---- */

bool c_is_by_clang(const struct c_section *c, const char *path)
{
	for (size_t i = 0; i < c->by_clang.n; i++)
		if (!strcmp(c->by_clang.v[i], path))
			return true;
	return false;
}

void c_push_by_clang(struct c_section *c, const char *path, struct span at)
{
	const char *text = c_clang_read(c, path, c_text_before(c), at), *name;
	struct c_item item = { .file = arena_strdup(c->arena, path), .at = at };

	if (!text) {
		c->is_stopped = true;
		return;
	}
	name = arena_printf(c->arena, "%s (from libclang)", path);
	item.len = strlen(text);
	item.start = sources_add(c->script->sources, name, text, item.len);
	vec_push(&c->once, item.file);
	if (!item.start) {
		c_error(c, DIAG_C_INCLUDE, at, "'%s' cannot be read: %s", path, strerror(EFBIG));
		return;
	}
	vec_push(&c->clang_texts, (struct span){ item.start, item.start + (uint32_t)item.len });
	c_begin_text(c, &item);
}

/* ---- #include ---- */

/* The directory of the file that says #include, with its '/'; "" for the current one. */
static const char *own_directory(struct c_section *c, struct span at)
{
	const char *file = source_place(c->script->sources, at.start).file, *slash = strrchr(file, '/');

	return slash ? arena_strndup(c->arena, file, (size_t)(slash + 1 - file)) : "";
}

/* 0, or the error of what was tried: missing, unless one was there and could not be read. */
static int include_file(struct c_section *c, const char *name, bool is_system, struct span at)
{
	const struct script *s = c->script;
	int err = -ENOENT;

	if (*name == '/')
		return c_push_file(c, name, at);
	if (!is_system)
		err = c_push_file(c, arena_printf(c->arena, "%s%s", own_directory(c, at), name), at);
	for (size_t i = 0; err == -ENOENT && i < s->n_include_dirs; i++) {
		err = c_push_file(c, arena_printf(c->arena, "%s/%s", s->include_dirs[i], name), at);
		/* that directory means its other half, too */
		if (err == -ENOENT && !strcmp(s->include_dirs[i], "/usr/include"))
			err = c_push_file(c, arena_printf(c->arena, "/usr/include/" C_MULTIARCH "/%s", name), at);
	}
	return err;
}

/* Where the headers of other libraries are. */
static const char *const system_dirs[] = { "/usr/local/include", "/usr/include/" C_MULTIARCH, "/usr/include" };

static int include_from_system(struct c_section *c, const char *name, struct span at)
{
	int err = -ENOENT;

	for (size_t i = 0; err == -ENOENT && i < ARRAY_SIZE(system_dirs); i++)
		err = c_push_file(c, arena_printf(c->arena, "%s/%s", system_dirs[i], name), at);
	return err;
}

/* One of them that is being read (because of -I) wants to read the others. */
static bool is_in_system(const struct c_section *c)
{
	const char *file = c->text && c->text->is_header ? c->text->file : "";

	for (size_t i = 0; i < ARRAY_SIZE(system_dirs); i++)
		if (!strncmp(file, system_dirs[i], strlen(system_dirs[i])))
			return true;
	return false;
}

/* Macros with parameters, for the conditions and definitions of a script; one known header brings all. */
static void define_system_macros(struct c_section *c)
{
	static const char *const macros[] = {
		"KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))",
		"_IOC(dir, type, nr, size) (((dir) << 30) | ((type) << 8) | (nr) | ((size) << 16))",
		"_IO(type, nr) _IOC(0U, type, nr, 0)",
		"_IOW(type, nr, size) _IOC(1U, type, nr, sizeof(size))",
		"_IOR(type, nr, size) _IOC(2U, type, nr, sizeof(size))",
		"_IOWR(type, nr, size) _IOC(3U, type, nr, sizeof(size))",
		"BIT(nr) (1UL << (nr))",
		"BIT_ULL(nr) (1ULL << (nr))",
	};
	const char *last = c_intern(c, "BIT_ULL", 7);

	if (c_macro_find(c, last))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(macros); i++)
		c_define(c, macros[i]);
	c_define(c, arena_printf(c->arena, "LINUX_VERSION_CODE %u", c->script->host->kernel_version));
}

void c_include(struct c_section *c, const char *name, bool is_system, struct span at)
{
	int err;

	if (c->includes >= C_MAX_INCLUDES) {
		diag_hint(c->diags,
			  c_error(c, DIAG_NESTING, at, "more than %d headers include each other",
				  C_MAX_INCLUDES),
			  "do they go round in a circle? '#pragma once' in them ends it");
		c->is_stopped = true;
		return;
	}
	/* one of the script's own goes before one of the system's of that name */
	err = include_file(c, name, is_system, at);
	if (err == -ENOENT && is_in_system(c))
		err = include_from_system(c, name, at);
	if (err == -ENOENT && c_header_is_known(name)) {
		c_header_include(c->script, name);
		define_system_macros(c);
		return;
	}
	if (err == -ENOENT)
		err = include_from_system(c, name, at);
	if (err == -ENOENT)
		diag_hint(c->diags, c_error(c, DIAG_C_INCLUDE, at, "'%s' file not found", name),
			  "-I DIR adds a directory to look in");
	else if (err)
		c_error(c, DIAG_C_INCLUDE, at, "'%s' cannot be read: %s", name, strerror(-err));
}
