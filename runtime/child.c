#include "runtime/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "base/vec.h"

struct child {
	pid_t pid;
	int pidfd;
	int go_fd;             /* a byte written here releases the child; closed: it gives up */
	int error_fd; /* errno of an exec that failed comes from here; closed by one that worked */
	bool has_ended;
};

/* "a b  c " is { "a", "b", "", "c" }: an end adds no word. Changes text. */
static char **split_words(char *text)
{
	VEC(char *) words = { 0 };

	while (text && *text) {
		char *space = strchr(text, ' ');

		if (space)
			*space++ = 0;
		vec_push(&words, text);
		text = space;
	}
	vec_push(&words, NULL);
	return words.v;
}

static bool is_program(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode) && !access(path, X_OK);
}

/* The path of a program as a shell would find it, or NULL. The caller frees it. */
static char *find_program(const char *name)
{
	const char *path = getenv("PATH");
	struct strbuf file = { 0 };

	if (strchr(name, '/') || !*name)
		return is_program(name) ? xstrdup(name) : NULL;
	while (path && *path) {
		size_t len = strcspn(path, ":");

		strbuf_reset(&file);
		strbuf_put(&file, path, len);
		strbuf_printf(&file, "%s%s", len ? "/" : "", name);
		if (is_program(file.data))
			return file.data;
		path += len + (path[len] == ':');
	}
	strbuf_done(&file);
	return NULL;
}

/* In the child: waits, then becomes the program. Sonde being gone shows as the end of the pipe. As few
 * system calls as can be: probes may be attached already, and count them as the command's. */
static _Noreturn void wait_and_exec(const char *path, char **words, int go_fd, int error_fd)
{
	sigset_t none;
	char go;
	int err;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (read(go_fd, &go, 1) != 1)
		_exit(1);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execv(path, words);
	err = errno;
	if (write(error_fd, &err, sizeof(err)) != sizeof(err))
		_exit(2);
	_exit(1);
}

static int spawn(struct child *c, const char *path, char **words)
{
	int go[2], error[2];

	if (pipe2(go, O_CLOEXEC))
		return -errno;
	if (pipe2(error, O_CLOEXEC)) {
		close(go[0]);
		close(go[1]);
		return -errno;
	}
	c->pid = fork();
	if (!c->pid) {
		close(go[1]);
		close(error[0]);
		wait_and_exec(path, words, go[0], error[1]);
	}
	close(go[0]);
	close(error[1]);
	c->go_fd = go[1];
	c->error_fd = error[0];
	if (c->pid < 0)
		return -errno;
	c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	return c->pidfd < 0 ? -errno : 0;
}

int child_start(const char *command, struct strbuf *message, struct child **ret_child)
{
	char *text = xstrdup(command), **words = split_words(text), *path = NULL;
	struct child *c = NULL;
	int err = -1;

	if (!words[0]) {
		strbuf_puts(message, "Failed to fork child: Empty command");
		goto out;
	}
	path = find_program(words[0]);
	if (!path) {
		strbuf_printf(
			message,
			"Failed to fork child: Path '%s' does not exist or is not executable (%s)",
			words[0], strerror(ENOENT));
		goto out;
	}
	c = xcalloc(1, sizeof(*c));
	c->go_fd = c->error_fd = c->pidfd = -1;
	err = spawn(c, path, words);
	if (err) {
		strbuf_printf(message, "Failed to fork child: %s", strerror(-err));
		child_free(c);
		err = -1;
		goto out;
	}
	*ret_child = c;
out:
	free(path);
	free(words);
	free(text);
	return err;
}

pid_t child_pid(const struct child *c)
{
	return c->pid;
}

int child_pidfd(const struct child *c)
{
	return c->pidfd;
}

static void close_pipe(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

int child_release(struct child *c)
{
	int err = 0;

	if (write(c->go_fd, "g", 1) != 1)
		err = errno;
	close_pipe(&c->go_fd);
	if (!err && read(c->error_fd, &err, sizeof(err)) < 0)
		err = errno;
	close_pipe(&c->error_fd);
	return -err;
}

void child_reap(struct child *c, bool verbose)
{
	int status;

	if (c->has_ended || waitpid(c->pid, &status, 0) != c->pid)
		return;
	c->has_ended = true;
	if (verbose && WIFEXITED(status))
		fprintf(stderr, "Child exited with code: %d\n", WEXITSTATUS(status));
	else if (verbose)
		fprintf(stderr, "Child ended by signal: %d\n", WTERMSIG(status));
}

void child_free(struct child *c)
{
	if (!c)
		return;
	if (c->pid > 0 && !c->has_ended)
		kill(c->pid, SIGTERM);
	close_pipe(&c->go_fd);
	close_pipe(&c->error_fd);
	close_pipe(&c->pidfd);
	free(c);
}
