#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/host.h"
#include "base/vec.h"
#include "probes/btf.h"

/* Where BTF is: what the running kernel offers, or a file that the user or the kernel's package brought. */

/* %s: release of the kernel */
static const char *const places[] = {
	"/sys/kernel/btf/vmlinux", "/boot/vmlinux-%s", "/lib/modules/%s/vmlinux-%s",
	"/lib/modules/%s/build/vmlinux", "/usr/lib/modules/%s/kernel/vmlinux",
	"/usr/lib/debug/boot/vmlinux-%s", "/usr/lib/debug/boot/vmlinux-%s.debug",
	"/usr/lib/debug/lib/modules/%s/vmlinux", "/usr/lib/debug/lib/modules/%s/vmlinux.debug",
};

const char *btf_named_file(void)
{
	const char *path = getenv("SONDE_BTF");

	path = path ? path : getenv("BPFTRACE_BTF");
	return path && *path ? path : NULL;
}

/* The place with the release put in. */
static const char *put_release(char *path, size_t size, const char *place, const char *release)
{
	size_t n = 0;

	for (; *place && n + strlen(release) + 1 < size; place++) {
		if (*place != '%') {
			path[n++] = *place;
			continue;
		}
		strcpy(path + n, release);
		n += strlen(release);
		place++;
	}
	path[n] = 0;
	return path;
}

const char *btf_path(const char *module, char *buf, size_t size)
{
	struct utsname u;

	if (strcmp(module, "vmlinux")) {
		snprintf(buf, size, "/sys/kernel/btf/%s", module);
		return buf;
	}
	if (btf_named_file())
		return btf_named_file();
	if (uname(&u))
		return places[0];
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (!access(put_release(buf, size, places[i], u.release), R_OK))
			return buf;
	return places[0];
}

/* Kernels from 6.16 on let the file be mapped; others want it read. */
static int read_raw(const char *path, char **ret_data, size_t *ret_len, bool *ret_mapped)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *map = MAP_FAILED;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0)
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	*ret_mapped = map != MAP_FAILED;
	if (!*ret_mapped)
		return host_read_file(path, ret_data, ret_len);
	*ret_data = map;
	*ret_len = (size_t)st.st_size;
	return 0;
}

static Elf_Scn *section_named(Elf *elf, const char *name)
{
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return NULL;
	for (Elf_Scn *s = elf_nextscn(elf, NULL); s; s = elf_nextscn(elf, s)) {
		GElf_Shdr h;
		const char *is = gelf_getshdr(s, &h) ? elf_strptr(elf, names, h.sh_name) : NULL;

		if (is && !strcmp(is, name))
			return s;
	}
	return NULL;
}

/* The section of an ELF file that holds BTF, copied. */
static int copy_section(char *file, size_t file_len, char **ret_data, size_t *ret_len)
{
	int err = -EINVAL;
	Elf_Data *data;
	Elf_Scn *s;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_memory(file, file_len);
	s = elf ? section_named(elf, ".BTF") : NULL;
	data = s ? elf_rawdata(s, NULL) : NULL;
	if (data && data->d_buf) {
		*ret_len = data->d_size;
		*ret_data = xmalloc(data->d_size + 1);
		memcpy(*ret_data, data->d_buf, data->d_size);
		err = 0;
	}
	elf_end(elf);
	return err;
}

static void let_go(char *data, size_t len, bool is_mapped)
{
	if (is_mapped)
		munmap(data, len);
	else
		free(data);
}

int btf_read(const char *module, char **ret_data, size_t *ret_len, bool *ret_mapped)
{
	char path[4096], *file;
	bool is_mapped;
	size_t len;
	int err = read_raw(btf_path(module, path, sizeof(path)), &file, &len, &is_mapped);

	if (err)
		return err;
	if (len < SELFMAG || memcmp(file, ELFMAG, SELFMAG)) {
		*ret_data = file;
		*ret_len = len;
		*ret_mapped = is_mapped;
		return 0;
	}
	*ret_mapped = false;
	err = copy_section(file, len, ret_data, ret_len);
	let_go(file, len, is_mapped);
	return err;
}
