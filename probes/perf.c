#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/host.h"
#include "probes/probe_priv.h"
#include "runtime/run.h"

/* Perf events as the hook of a program. */

int perf_attach(struct run *run, struct perf_event_attr *attr, int pid, int cpu, int prog_fd)
{
	int fd, link;

	attr->size = sizeof(*attr);
	fd = (int)syscall(SYS_perf_event_open, attr, pid, cpu, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return -errno;
	link = bpf_link_create(prog_fd, fd, BPF_PERF_EVENT, NULL);
	if (link < 0) {
		close(fd);
		return link;
	}
	run_keep_fd(run, link, true);
	run_keep_fd(run, fd, true);
	return 0;
}

static int attach_threads(struct run *run, struct perf_event_attr *attr, int pid, int prog_fd)
{
	char path[64];
	struct dirent *e;
	int n = 0, err = -ESRCH;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	dir = opendir(path);
	if (!dir)
		return -ESRCH;
	attr->inherit = 1;
	attr->inherit_thread = 1;
	while ((e = readdir(dir))) {
		int tid = atoi(e->d_name);

		if (tid <= 0)
			continue;
		err = perf_attach(run, attr, tid, -1, prog_fd);
		n += !err;
	}
	closedir(dir);
	return n ? n : err;
}

int perf_attach_all(struct run *run, const struct prog_desc *d, struct perf_event_attr *attr)
{
	int fd = run_load(run, d, (int)d->prog_type, (int)d->attach_type), pid = run_host(run)->pid;
	int *cpus, n = 0, err = 0, n_cpus;

	if (fd < 0)
		return fd;
	if (pid)
		return attach_threads(run, attr, pid, fd);
	n_cpus = host_online_cpus(&cpus);
	if (n_cpus < 0)
		return n_cpus;
	for (int i = 0; i < n_cpus; i++) {
		int e = perf_attach(run, attr, -1, cpus[i], fd);

		if (e)
			err = e;
		else
			n++;
	}
	free(cpus);
	return n ? n : err;
}

int perf_pmu_type(const char *name)
{
	char path[96], *text;
	size_t len;
	int err, type;

	snprintf(path, sizeof(path), "/sys/bus/event_source/devices/%s/type", name);
	err = host_read_file(path, &text, &len);
	if (err)
		return err;
	type = atoi(text);
	free(text);
	return type;
}
