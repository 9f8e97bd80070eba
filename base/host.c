#include "base/host.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/version.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/vec.h"

/* The inode number of the first PID namespace is fixed in the kernel (PROC_PID_INIT_INO). */
#define FIRST_PIDNS_INO 0xeffffffcu

int host_read_file(const char *path, char **ret_text, size_t *ret_len)
{
	size_t len = 0, cap = 4096;
	char *text = xmalloc(cap);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = 0;

	if (fd < 0) {
		free(text);
		return -errno;
	}
	while ((n = read(fd, text + len, cap - len - 1)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		len += (size_t)n;
		if (len == cap - 1) {
			cap *= 2;
			text = xrealloc(text, cap);
		}
	}
	n = n < 0 ? -errno : 0;
	close(fd);
	if (n) {
		free(text);
		return (int)n;
	}
	text[len] = 0;
	*ret_text = text;
	if (ret_len)
		*ret_len = len;
	return 0;
}

/* Calls each number of a list as the kernel writes it ("0-3,8"). Returns how many, or -errno. */
static int read_cpu_list(const char *path, int **ret_cpus)
{
	VEC(int) cpus = { 0 };
	char *text, *at;
	int err = host_read_file(path, &text, NULL);

	if (err)
		return err;
	for (at = text; *at >= '0' && *at <= '9'; at += *at == ',') {
		long first = strtol(at, &at, 10), last = first;

		if (*at == '-')
			last = strtol(at + 1, &at, 10);
		for (; first <= last; first++)
			vec_push(&cpus, (int)first);
	}
	free(text);
	if (!cpus.n)
		return -EINVAL;
	*ret_cpus = cpus.v;
	return (int)cpus.n;
}

int host_online_cpus(int **ret_cpus)
{
	return read_cpu_list("/sys/devices/system/cpu/online", ret_cpus);
}

static unsigned count_possible_cpus(void)
{
	int *cpus;
	int n = read_cpu_list("/sys/devices/system/cpu/possible", &cpus);
	unsigned last;

	if (n < 0)
		return (unsigned)sysconf(_SC_NPROCESSORS_CONF);
	last = (unsigned)cpus[n - 1] + 1;
	free(cpus);
	return last;
}

static uint32_t read_kernel_version(void)
{
	struct utsname u;
	unsigned a = 0, b = 0, c = 0;

	uname(&u);
	sscanf(u.release, "%u.%u.%u", &a, &b, &c);
	return KERNEL_VERSION(a, b, c > 255 ? 255 : c);
}

void host_init(struct host *h)
{
	struct stat st;

	memset(h, 0, sizeof(*h));
	h->n_cpus = count_possible_cpus();
	h->kernel_version = read_kernel_version();
	if (!stat("/proc/self/ns/pid", &st) && st.st_ino != FIRST_PIDNS_INO) {
		/* The kernel counts 20 bits of minor number where user space has them split. */
		h->pidns_dev = (uint64_t)major(st.st_dev) << 20 | minor(st.st_dev);
		h->pidns_ino = st.st_ino;
	}
}

static bool is_tracefs(const char *path)
{
	struct statfs fs;

	return !statfs(path, &fs) && fs.f_type == TRACEFS_MAGIC;
}

/* Mounts tracefs where only this process and its children see it. */
static bool mount_tracefs(const char *path)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		return false;
	return !mount("tracefs", path, "tracefs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

/* In a chroot "/" is no mount that could be made private: a mount that is nowhere in the tree does then. */
static const char *mount_detached(void)
{
	static char path[32];
	int fs = fsopen("tracefs", FSOPEN_CLOEXEC), fd = -1;

	if (fs >= 0 && !fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		fd = fsmount(fs, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	if (fs >= 0)
		close(fs);
	if (fd < 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

const char *host_tracefs(const struct host *h)
{
	static const char *const paths[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };
	static const char *found;
	static bool was_sought;

	(void)h;
	if (was_sought)
		return found;
	was_sought = true;
	for (size_t i = 0; i < ARRAY_SIZE(paths) && !found; i++)
		if (is_tracefs(paths[i]))
			found = paths[i];
	if (!found && mount_tracefs(paths[0]))
		found = paths[0];
	return found ? found : (found = mount_detached());
}
