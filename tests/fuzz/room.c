#include "room.h"

#include <fcntl.h>
#include <sanitizer/common_interface_defs.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/host.h"

static int outside, inside;            /* directories */

static void check(int err, const char *what)
{
	if (!err)
		return;
	perror(what);
	_exit(2);
}

/* The program that finds names for addresses runs from now on: in the room it could not be started. */
static void start_symbolizer(void)
{
	char name[256];

	__sanitizer_symbolize_pc(__builtin_return_address(0), "%f", name, sizeof(name));
}

void room_find(void)
{
	start_symbolizer();
	outside = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	inside = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	check(outside < 0 || inside < 0, "open");
	check(access("tracefs/available_events", R_OK), "not in a room: tests/fuzz/run makes one (tracefs/available_events)");
	if (chroot("."))
		check(unshare(CLONE_NEWUSER), "neither chroot() nor a user namespace");
	room_enter();
	room_leave();
}

void room_enter(void)
{
	check(chroot("."), "chroot");
}

void room_leave(void)
{
	check(fchdir(outside), "fchdir");
	check(chroot("."), "chroot");
	check(fchdir(inside), "fchdir");
}

void room_show(const struct diags *ds)
{
	if (!getenv("FUZZ_SHOW"))
		return;
	diags_show_errors(ds, stderr, (struct diags_look){ 0 });
	diags_show_warnings(ds, stderr, (struct diags_look){ 0 });
}

/* Instead of the one in base/host.c, which looks for a mount. */
const char *__wrap_host_tracefs(const struct host *h);
const char *__wrap_host_tracefs(const struct host *h)
{
	(void)h;
	return "/tracefs";
}
