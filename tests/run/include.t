# Headers of the kernel and of the C library: answered from BTF and a table of constants, not read. [lexical 4.3]

NAME   a header's constants
NEEDS  root
SCRIPT #include <net/sock.h>
	#include <linux/skbuff.h>
	#include <linux/mm.h>
	begin { print((AF_INET, AF_INET6, O_CREAT, S_IFMT, S_IFSOCK, ETH_P_IP, PROT_EXEC, ECONNREFUSED, SIGKILL)); }
LINE   (2, 10, 64, 61440, 49152, 2048, 4, 111, 9)

NAME   below zero, and larger than a signed number
NEEDS  root
SCRIPT #include <fcntl.h>
	begin { print(AT_FDCWD); print(ULLONG_MAX); print(INT_MIN); }
LINE   -100
LINE   18446744073709551615
LINE   -2147483648

NAME   spelling of the directive
NEEDS  root
SCRIPT #  include	<linux/in.h> // TCP and UDP
	#include "linux/socket.h"
	begin { print((AF_UNIX, SOL_SOCKET)); }
LINE   (1, 1)

NAME   openat flags
NEEDS  root
ARGS   -c "{{PROGS}}/creates 7 5 {{TMP}}/file"
SCRIPT #include <fcntl.h>
	tracepoint:syscalls:sys_enter_openat /pid == cpid && (args.flags & O_ACCMODE) == O_WRONLY/ { @created[(args.flags & O_CREAT) == O_CREAT, (args.mode & S_IRWXU) == (S_IRUSR | S_IWUSR)] = count(); }
	tracepoint:syscalls:sys_enter_openat /pid == cpid && (args.flags & O_ACCMODE) == O_RDWR/ { @opened[args.flags & O_CREAT, (int32)args.dfd == AT_FDCWD] = count(); }
LINE   @created[true, true]: 7
LINE   @opened[0, true]: 5

NAME   file modes
NEEDS  root
ARGS   -c "{{PROGS}}/creates 1 1 {{TMP}}/file"
SCRIPT #include <linux/stat.h>
	tracepoint:syscalls:sys_enter_mknodat, tracepoint:syscalls:sys_enter_mknod /pid == cpid/ { @fifos[(args.mode & S_IFMT) == S_IFIFO] = count(); }
LINE   @fifos[true]: 1

NAME   TCP states
NEEDS  root
ARGS   -c "{{PROGS}}/listens 9"
SCRIPT #include <net/tcp_states.h>
	tracepoint:sock:inet_sock_set_state /pid == cpid && args.family == AF_INET && args.newstate == TCP_LISTEN/ { @[args.oldstate == TCP_CLOSE] = count(); }
LINE   @[true]: 9

NAME   constants of enums keep their names
NEEDS  root btf
SCRIPT #include <net/tcp_states.h>
	begin { print(TCP_LISTEN); print((int64)TCP_LISTEN); }
LINE   TCP_LISTEN
LINE   10
