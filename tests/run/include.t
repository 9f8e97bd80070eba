# Headers of the kernel and of the C library: answered from BTF and a table of constants, not read. [lexical 4.3]

NAME   [lexical 4.3] a header's constants
NEEDS  root
SCRIPT #include <net/sock.h>
	#include <linux/skbuff.h>
	#include <linux/mm.h>
	begin { print((AF_INET, AF_INET6, O_CREAT, S_IFMT, S_IFSOCK, ETH_P_IP, PROT_EXEC, ECONNREFUSED, SIGKILL)); }
LINE   (2, 10, 64, 61440, 49152, 2048, 4, 111, 9)

NAME   [lexical 4.3] below zero, and larger than a signed number
NEEDS  root
SCRIPT #include <fcntl.h>
	begin { print(AT_FDCWD); print(ULLONG_MAX); print(INT_MIN); }
LINE   -100
LINE   18446744073709551615
LINE   -2147483648

NAME   [lexical 4.3] spelling of the directive
NEEDS  root
SCRIPT #  include	<linux/in.h> // TCP and UDP
	#include "linux/socket.h"
	begin { print((AF_UNIX, SOL_SOCKET)); }
LINE   (1, 1)

NAME   [lexical 4.3] openat flags
NEEDS  root
ARGS   -c "{{PROGS}}/creates 7 5 {{TMP}}/file"
SCRIPT #include <fcntl.h>
	tracepoint:syscalls:sys_enter_openat /pid == cpid && (args.flags & O_ACCMODE) == O_WRONLY/ { @created[(args.flags & O_CREAT) == O_CREAT, (args.mode & S_IRWXU) == (S_IRUSR | S_IWUSR)] = count(); }
	tracepoint:syscalls:sys_enter_openat /pid == cpid && (args.flags & O_ACCMODE) == O_RDWR/ { @opened[args.flags & O_CREAT, (int32)args.dfd == AT_FDCWD] = count(); }
LINE   @created[true, true]: 7
LINE   @opened[0, true]: 5

NAME   [lexical 4.3] file modes
NEEDS  root
ARGS   -c "{{PROGS}}/creates 1 1 {{TMP}}/file"
SCRIPT #include <linux/stat.h>
	tracepoint:syscalls:sys_enter_mknodat, tracepoint:syscalls:sys_enter_mknod /pid == cpid/ { @fifos[(args.mode & S_IFMT) == S_IFIFO] = count(); }
LINE   @fifos[true]: 1

NAME   [lexical 4.3] TCP states
NEEDS  root
ARGS   -c "{{PROGS}}/listens 9"
SCRIPT #include <net/tcp_states.h>
	tracepoint:sock:inet_sock_set_state /pid == cpid && args.family == AF_INET && args.newstate == TCP_LISTEN/ { @[args.oldstate == TCP_CLOSE] = count(); }
LINE   @[true]: 9

NAME   [lexical 4.3] what were macros and are constants of an enum in this kernel has this kernel's values
NEEDS  root btf kernel>=6.18
SCRIPT #include <linux/dcache.h>
	begin { print(DCACHE_MOUNTED); print((int64)DCACHE_MOUNTED); }
LINE   DCACHE_MOUNTED
LINE   32768

NAME   [lexical 4.3] constants of enums keep their names
NEEDS  root btf
SCRIPT #include <net/tcp_states.h>
	begin { print(TCP_LISTEN); print((int64)TCP_LISTEN); }
LINE   TCP_LISTEN
LINE   10

NAME   [lexical 4.3] -I /usr/include: headers of the C library are read after all
NEEDS  root
ARGS   -I /usr/include
SCRIPT #include <netdb.h>
	#include <time.h>
	#include <sys/socket.h>
	begin { print((sizeof(struct addrinfo), sizeof(struct timespec), offsetof(struct addrinfo, ai_addr), sizeof(struct sockaddr_storage))); }
LINE   (48, 16, 24, 128)

# Headers of one's own that need a C compiler: by libclang. {{PROGS}}/layout.h is one.

NAME   [lexical 4.3] by libclang: constants, sizes and offsets are the compiler's
NEEDS  root
RUN    {{PROGS}}/layout > {{TMP}}/compiler;
	$SONDE -q -e '#include "{{PROGS}}/layout.h"
	begin { printf("size %d %d %d\n", sizeof(struct layout), sizeof(struct inner), sizeof(layout_pair_t));
	printf("macros %d %d\n", LAYOUT_LIMIT, LAYOUT_MASK);
	printf("enums %d %d %d %d\n", LAYOUT_SMALL, LAYOUT_LARGE, (int32)LAYOUT_BELOW, LAYOUT_ALONE);
	printf("unsigned %lu %d\n", LAYOUT_WIDE, LAYOUT_BYTE);
	printf("name %d\nfirst %d\nsecond %d\nboth %d\ninner %d\nwhen %d\npairs %d\n", offsetof(struct layout, name), offsetof(struct layout, first), offsetof(struct layout, second), offsetof(struct layout, both), offsetof(struct layout, inner), offsetof(struct layout, when), offsetof(struct layout, pairs));
	printf("kind %d\ncall %d\nnsec %d\ntail %d\nbyte %d\nwide %d\nlast %d\n", offsetof(struct layout, kind), offsetof(struct layout, call), offsetof(struct layout, nsec), offsetof(struct layout, tail), offsetof(struct layout, byte), offsetof(struct layout, wide), offsetof(struct layout, last)); }' |
	sed '/^$/d' | diff {{TMP}}/compiler - && wc -l < {{TMP}}/compiler
EXPECT 18

NAME   [lexical 4.3] by libclang: members are read where the compiler put them
NEEDS  root uprobe
ARGS   -I {{PROGS}} -c '{{PROGS}}/layout look'
SCRIPT #include <layout.h>
	uprobe:{{PROGS}}/layout:look { $l = (struct layout *)arg0;
	print(($l->id, $l->low, $l->high, $l->name)); print(($l->first, $l->second, $l->both == (0xfffb | 6 << 16)));
	print(($l->inner.c, $l->inner.l, $l->when.tv_sec, $l->when.tv_nsec)); print(($l->pairs[1].x, $l->pairs[1].y, $l->pairs[1].z));
	print($l->kind); print(($l->nsec, $l->tail, $l->flag)); }
LINE   (1099511627776, 100, 300, fifteen letters)
LINE   (-5, 6, true)
LINE   (99, 1234567890123, 7, 8)
LINE   (4, 5, 6)
LINE   LAYOUT_LARGE
LINE   (9, tail, 1)

NAME   [lexical 4.3] by libclang: together with what the script defines and the kernel has
NEEDS  root btf
SETUP  printf '%s\n' '#include "{{PROGS}}/layout.h"' '#include <linux/list.h>' 'struct outer { struct mine m; struct list_head l; struct sock *sk; u32 n; char name[IFNAMSIZ]; int x[MINE]; typeof(1L) t; };' > {{TMP}}/outer.h
SCRIPT #include <linux/if.h>
	#define MINE 3
	struct mine { char c[5]; };
	#include "{{TMP}}/outer.h"
	struct last { char c; struct outer o; };
	begin { print((sizeof(struct outer), offsetof(struct outer, l), offsetof(struct outer, n), offsetof(struct outer, x), sizeof(struct last), LAYOUT_LIMIT)); }
LINE   (72, 8, 32, 52, 80, 7)

NAME   [lexical 4.3] by libclang: headers that count on each other, and on what the script says
NEEDS  root
SETUP  cd {{TMP}}; printf '%s\n' '#pragma once' '#include <stdint.h>' '#define FIRST 3' 'typedef enum { A, B = 5 } ab_t;' 'typedef enum { C = 7 } c_t;' 'enum { D };' 'struct first { typeof(1L) a; uint8_t b[FIRST]; ab_t ab; c_t c; };' > first.h;
	printf '%s\n' '#include <stdint.h>' 'struct second { struct first f; typeof(FIRST) x; uint16_t y[SECOND + FIRST]; enum { E = 9 } e; };' > second.h;
	printf '%s\n' '#pragma once' '#include "first.h"' 'struct third { struct second *s; typeof(1) x[FIRST]; struct first f; };' > third.h
SCRIPT #define SECOND 4
	#include "{{TMP}}/first.h"
	#include "{{TMP}}/second.h"
	#include "{{TMP}}/third.h"
	#include "{{TMP}}/third.h"
	#include "{{TMP}}/first.h"
	begin { print((sizeof(struct first), sizeof(struct second), sizeof(struct third), FIRST, sizeof(ab_t))); print((A, B, C, D, E)); }
LINE   (24, 48, 48, 3, 4)
LINE   (A, B, C, D, E)

NAME   [lexical 4.3] by libclang: it is not there
NEEDS  root once
SETUP  : > {{TMP}}/empty
RUN    unshare -m bash -c 'for f in $(readlink -f /usr/lib/x86_64-linux-gnu/libclang-19.so.1 /usr/lib/llvm-19/lib/libclang*19*.so* | sort -u); do mount --bind {{TMP}}/empty $f; done;
	$SONDE -e "#include \"{{PROGS}}/layout.h\"
	begin { print(LAYOUT_LIMIT); }"'
STATUS 2
ERR    ^stdin:1:1-[0-9]+: ERROR: reading '{{PROGS}}/layout.h' needs libclang: install the package libclang1-19$
ERR    ^.*layout.h:[0-9:-]+: .*sonde by itself gets to here

NAME   [lexical 4.3] not by libclang: headers that sonde reads itself do not need it
NEEDS  root
SETUP  : > {{TMP}}/empty; printf 'struct plain { int a; };\nstatic inline int f(void) { return 1; }\n' > {{TMP}}/plain.h
RUN    unshare -m bash -c 'for f in $(readlink -f /usr/lib/x86_64-linux-gnu/libclang-19.so.1 /usr/lib/llvm-19/lib/libclang*19*.so* | sort -u); do mount --bind {{TMP}}/empty $f; done;
	$SONDE -e "#include \"{{TMP}}/plain.h\"
	begin { print(sizeof(struct plain)); }"'
LINE   4

NAME   [lexical 4.3] conditions see the constants of headers, and the version of the kernel
NEEDS  root kernel>=6.1
SCRIPT #include <linux/version.h>
	#if 0
	#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0) && LINUX_VERSION_CODE < KERNEL_VERSION(99, 0, 0) && defined(AF_INET) && AF_INET == 2
	#define SEEN 1
	#else
	#define SEEN 0
	#endif
	#define NUMBER _IOR('T', 0x32, unsigned int)
	struct v { int a[BIT(3)]; };
	begin { print((SEEN, NUMBER == TIOCGDEV, sizeof(struct v))); }
LINE   (1, true, 32)
