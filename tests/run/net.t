# Addresses of networks: what is made of numbers, of bytes, and of what the kernel says of connections and cards.

NAME   [types 1] ntop() of numbers and of bytes, as inet_ntop() writes them
NEEDS  root
SCRIPT begin { $n = (uint32)0x0100007f; print(ntop($n)); print(ntop(0xc801a8c0)); print(ntop((uint64)0x1234567801020304)); print(ntop(2, $n)); print(ntop(10, $n)); print(ntop("abc")); print(ntop(pton("192.168.1.200")));
	print(ntop(pton("2001:db8::1"))); print(ntop(pton("2001:0db8:0000:0000:0001:0000:0000:0001"))); print(ntop(pton("::"))); print(ntop(pton("::ffff:1.2.3.4"))); print(ntop(2, pton("102:304::"))); print(ntop(7, $n)); }
EXPECT
	127.0.0.1
	192.168.1.200
	4.3.2.1
	127.0.0.1
	7f00:1::
	97.98.99.0
	192.168.1.200
	2001:db8::1
	2001:db8::1:0:0:1
	::
	::ffff:1.2.3.4
	1.2.3.4
	(family 7?)

NAME   [types 1] the bytes of pton()
NEEDS  root
SCRIPT begin { print(pton("1.2.3.250")); print(pton("1.2.3.250")[3]); print(sizeof(pton("1::2"))); print(pton("1::2")[15]); print(pton("1.2.3.4") == pton("1.2.3.4")); print(pton("1.2.3.4") == pton("1.2.3.5")); print((uint32)pton("1.2.3.4")); }
EXPECT
	[1,2,3,250]
	250
	16
	2
	true
	false
	67305985

NAME   [types 1] addresses as keys, in tuples, compared, with a width
NEEDS  root
SCRIPT begin { @[ntop(1), 2] = 3; @v = ntop(pton("::1")); $x = ntop(1); $y = ntop(2); print(($y, 1)); print($x == ntop(1)); print($x == $y); print($x != $y); print(ntop(pton("::1")) == ntop(pton("::1"))); print(@v); printf("[%20s][%-12s]\n", ntop(pton("10.0.0.1")), ntop(pton("::1")));
	$p = "abcdef"; @mac[macaddr($p)] = (macaddr($p), 1); printf("[%20s]\n", macaddr($p)); print(macaddr($p) == macaddr($p)); }
EXPECT
	(2.0.0.0, 1)
	true
	false
	true
	true
	@v: ::1
	[            10.0.0.1][::1         ]
	[   61:62:63:64:65:66]
	true


	@[1.0.0.0, 2]: 3
	@mac[61:62:63:64:65:66]: (61:62:63:64:65:66, 1)
	@v: ::1

NAME   [types 1.1] inet and macaddr_t are types: of variables, of parameters; and what is not there is no address
NEEDS  root
SCRIPT fn shown($a : inet[24], $m : macaddr_t) : string[9] { if ($a == ntop(5)) { return "five"; } return "other"; }
	begin { let $x : inet[24]; let $m : macaddr_t; $x = ntop(5); $p = "ABCDEF"; $m = macaddr($p); print(($x, $m)); print(shown($x, $m)); print(shown(ntop(6), $m)); @z[1] = ($x, $m); print(@z[2]); clear(@z); print((sizeof($x), sizeof($m), sizeof(inet[24]), sizeof(inet), sizeof(inet[24][2]), sizeof(macaddr_t), sizeof(macaddr_t[3]))); }
EXPECT
	(5.0.0.0, 41:42:43:44:45:46)
	five
	other
	(, 00:00:00:00:00:00)
	(24, 6, 24, 0, 48, 6, 18)

NAME   [types 13] what typeinfo() says of addresses
NEEDS  root
SCRIPT config = { unstable_typeinfo = enable }
	begin { print(typeinfo(ntop(1))); print(typeinfo(macaddr_t)); print(typeinfo(pton("1.2.3.4"))); }
EXPECT
	{ .btf_id = 0, .base_type = inet, .full_type = inet[24] }
	{ .btf_id = 0, .base_type = mac_address, .full_type = mac_address }
	{ .btf_id = 0, .base_type = array, .full_type = uint8[4] }

NAME   [functions 5] ntop() of bytes in the memory of a program
NEEDS  root uprobe
ARGS   -q -k -c "{{PROGS}}/passes"
SCRIPT struct v4 { unsigned char bytes[4]; };
	struct v6 { unsigned char bytes[16]; };
	uprobe:{{PROGS}}/passes:by_pointer { $a = ntop(((struct v4 *)arg0)->bytes); @b = ntop(((struct v6 *)arg0).bytes); @same[$a == ntop(*(uint32 *)arg0), @b == ntop(10, 0)] = count(); clear(@b); }
LINE   @same[true, false]: 3
ERR_NOT WARNING

NAME   addresses of connections: listens 3 is closed, listening and closed again on 127.0.0.1
NEEDS  root
ARGS   -c "{{PROGS}}/listens 3"
SCRIPT #include <linux/socket.h>
	tracepoint:sock:inet_sock_set_state /pid == cpid && args.family == AF_INET/ { @[ntop(args.saddr), ntop(AF_INET, args.daddr), ntop(args.saddr_v6)] = count(); @equal[args.saddr == pton("127.0.0.1"), args.saddr == pton("127.0.0.2"), args.saddr_v6 == pton("::ffff:127.0.0.1")] = count(); }
LINE   @[127.0.0.1, 0.0.0.0, ::ffff:127.0.0.1]: 6
LINE   @equal[true, false, true]: 6

NAME   addresses in structs of the kernel, as numbers and as bytes
NEEDS  root btf
ARGS   -c "{{PROGS}}/listens 3"
SCRIPT #include <linux/socket.h>
	tracepoint:sock:inet_sock_set_state /pid == cpid && args.family == AF_INET/ { $c = ((struct sock *)args.skaddr)->__sk_common; @[ntop($c.skc_family, $c.skc_rcv_saddr)] = count();
	$sk = (struct sock *)args.skaddr; @direct[ntop($sk->__sk_common.skc_rcv_saddr), ntop($sk->__sk_common.skc_v6_daddr.in6_u.u6_addr8), ntop($sk->__sk_common.skc_v6_daddr.in6_u.u6_addr32)] = count(); }
LINE   @[127.0.0.1]: 6
LINE   @direct[127.0.0.1, ::, ::]: 6

NAME   addresses of the cards of this machine, as /sys has them
NEEDS  root btf
RUN    "{{SONDE}}" -e 'begin { $net = curtask->nsproxy->net_ns; $at = $net->dev_base_head.next;
	for $i : 0..20 { if ((uint64)$at != (uint64)$net + offsetof(struct net, dev_base_head)) { $d = (struct net_device *)((uint64)$at - offsetof(struct net_device, dev_list)); printf("%s %s\n", $d->name, macaddr($d->dev_addr)); $at = $at->next; } } exit(); }' | grep ":" | head -20 >"{{TMP}}/seen"
	for card in /sys/class/net/*/; do name=$(basename $card); [ ! -r $card/address ] || [ $(cat $card/addr_len) != 6 ] || echo "$name $(tr a-f A-F <$card/address)"; done >"{{TMP}}/there"
	[ -s "{{TMP}}/there" ] && sort "{{TMP}}/there" | while read -r line; do grep -qxF "$line" "{{TMP}}/seen" || echo "missing: $line"; done; wc -l <"{{TMP}}/there" | grep -qv '^0$' && echo compared
EXPECT compared

NAME   macaddr() of a number reads there; nothing there is all zero
NEEDS  root
SCRIPT begin { print(macaddr(8)); print(macaddr((uint64)8)); print(macaddr((int8 *)8)); }
EXPECT
	00:00:00:00:00:00
	00:00:00:00:00:00
	00:00:00:00:00:00
