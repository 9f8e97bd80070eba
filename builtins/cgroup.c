/* Control groups: from ids to paths when they are shown, and from a path to its id. */
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <linux/magic.h>
#include <mntent.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "base/vec.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"
#include "runtime/output.h"

/* filter: number of the event whose text it is, plus one. */
struct cgroup_path {
	uint64_t filter, id;
};

/* A hierarchy that is mounted. Version 2 has one, named "unified"; of version 1 each has the name of its directory. */
struct hierarchy {
	char *name, *dir;
	dev_t dev;
	int fd;
	bool is_v2;
};

static VEC(struct hierarchy) hierarchies;      /* v2 first, then by name */

/* How the kernel names a group to whoever opens it by its id: FILEID_KERNFS of include/linux/exportfs.h. */
enum { HANDLE_OF_GROUP = 0xfe };
struct group_handle {
	struct file_handle head;
	uint64_t id;
};

/* -- paths -- */

static void add_hierarchy(const char *dir, bool is_v2)
{
	const char *slash = strrchr(dir, '/');
	struct hierarchy h = { .is_v2 = is_v2, .fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	struct stat st;

	if (h.fd < 0)
		return;
	if (!fstat(h.fd, &st))
		h.dev = st.st_dev;
	for (size_t i = 0; i < hierarchies.n; i++) {
		if (hierarchies.v[i].dev == h.dev) { /* mounted in several places */
			close(h.fd);
			return;
		}
	}
	h.name = xstrdup(is_v2 || !slash ? "unified" : slash + 1);
	h.dir = xstrdup(dir);
	vec_push(&hierarchies, h);
}

static int compare_hierarchies(const void *a, const void *b)
{
	const struct hierarchy *l = a, *r = b;

	return l->is_v2 != r->is_v2 ? r->is_v2 - l->is_v2 : strcmp(l->name, r->name);
}

/* Once: mounts do not change while we look. */
static void find_hierarchies(void)
{
	static bool was_read;
	struct mntent *m;
	FILE *f;

	if (was_read)
		return;
	was_read = true;
	f = setmntent("/proc/self/mounts", "re");
	while (f && (m = getmntent(f)))
		if (!strcmp(m->mnt_type, "cgroup2") || !strcmp(m->mnt_type, "cgroup"))
			add_hierarchy(m->mnt_dir, !strcmp(m->mnt_type, "cgroup2"));
	if (f)
		endmntent(f);
	if (hierarchies.n)
		qsort(hierarchies.v, hierarchies.n, sizeof(*hierarchies.v), compare_hierarchies);
}

/* The path of a group below where its hierarchy is mounted; false: there is no such group. */
static bool path_of(const struct hierarchy *h, uint64_t id, char path[PATH_MAX])
{
	struct group_handle handle = { { sizeof(handle.id), HANDLE_OF_GROUP }, 0 };
	size_t dir_len = strlen(h->dir);
	char link[64], whole[PATH_MAX];
	ssize_t len;
	int fd;

	memcpy((char *)&handle + offsetof(struct file_handle, f_handle), &id, sizeof(id));
	fd = open_by_handle_at(h->fd, &handle.head, O_PATH | O_CLOEXEC);
	if (fd < 0)
		return false;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	len = readlink(link, whole, sizeof(whole) - 1);
	close(fd);
	if (len < (ssize_t)dir_len || memcmp(whole, h->dir, dir_len))
		return false;
	whole[len] = 0;
	strcpy(path, whole[dir_len] ? whole + dir_len : "/");
	return true;
}

static void format_cgroup_path(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	const char *filter = NULL, *comma = "";
	struct cgroup_path v;
	char path[PATH_MAX];
	size_t len;

	(void)t;
	memcpy(&v, bytes, sizeof(v));
	if (v.filter)
		filter = output_event_text(o, (uint32_t)v.filter - 1, &len);
	find_hierarchies();
	for (size_t i = 0; i < hierarchies.n; i++) {
		const struct hierarchy *h = &hierarchies.v[i];

		if ((filter && fnmatch(filter, h->name, 0)) || !path_of(h, v.id, path))
			continue;
		strbuf_printf(out, "%s%s:%s", comma, h->name, path);
		comma = ",";
	}
}

static const struct value_kind cgroup_path = {
	.name = "cgroup_path_t", .size = sizeof(struct cgroup_path), .align = 1, .format = format_cgroup_path,
};

static int check_cgroup_path(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	call->type = type_special(s->types, &cgroup_path, NULL);
	return 0;
}

static void emit_cgroup_path(struct cg *cg, const struct node *call, ref dst)
{
	const struct node *id = builtin_arg(call, 0), *filter = builtin_arg(call, 1);
	uint64_t number = 0;
	struct event_desc *e;

	if (filter) {
		e = cg_event_new(cg, call->call.fn, call->span);
		e->text = filter->string.text;
		e->text_len = filter->string.len;
		number = e->index + 1ull;
	}
	cg_store(cg, dst, offsetof(struct cgroup_path, filter), 8, cg_const(cg, number));
	cg_store(cg, dst, offsetof(struct cgroup_path, id), 8,
		 cg_convert(cg, cg_expr(cg, id), type_int(cg_script(cg)->types, 64, false)).ref);
}

/* -- cgroupid("path") -- */

static int find_id(const char *path, uint64_t *ret_id)
{
	struct group_handle handle = { { sizeof(handle.id), 0 }, 0 };
	struct statfs fs;
	int mount_id;

	if (statfs(path, &fs))
		return -errno;
	if (fs.f_type != CGROUP2_SUPER_MAGIC && fs.f_type != CGROUP_SUPER_MAGIC)
		return -EOPNOTSUPP;
	if (name_to_handle_at(AT_FDCWD, path, &handle.head, &mount_id, 0))
		return -errno;
	memcpy(ret_id, (char *)&handle + offsetof(struct file_handle, f_handle), sizeof(*ret_id));
	return 0;
}

static int check_cgroupid(struct script *s, struct unit *u, struct node *call)
{
	const struct node *path = builtin_arg(call, 0);
	uint64_t *id = call->call.data;
	int err;

	(void)u;
	if (id)
		return 0;
	id = ARENA_NEW(s->arena, uint64_t);
	err = find_id(path->string.text, id);
	if (!err) {
		call->call.data = id;
		return 0;
	}
	diag_error(s->diags, DIAG_ARG_VALUE, path->span, "Failed to get `cgroupid` for path: \"%s\": %s",
		   path->string.text, err == -EOPNOTSUPP ? "not a directory of a control group" : strerror(-err));
	return -1;
}

static struct value emit_cgroupid(struct cg *cg, const struct node *call)
{
	const uint64_t *id = call->call.data;

	return cg_value(cg_const(cg, *id), call->type);
}

const struct builtin builtins_cgroup[] = {
	{ .name = "cgroup_path", .sig = "own(int, lit_string?)", .kind = &cgroup_path,
	  .doc = "The id of a control group, shown as its path in each hierarchy that is mounted: \"unified:/a/b\". "
		 "cgroup_path(cgroup, \"unified\"): only in hierarchies whose names match.",
	  .check = COMPILE_SIDE(check_cgroup_path), .emit_into = COMPILE_SIDE(emit_cgroup_path) },
	{ .name = "cgroupid", .sig = "uint64(lit_string)",
	  .doc = "The id of the control group with that directory: cgroup == cgroupid(\"/sys/fs/cgroup/a\").",
	  .check = COMPILE_SIDE(check_cgroupid), .emit = COMPILE_SIDE(emit_cgroupid) },
	{ 0 }
};
