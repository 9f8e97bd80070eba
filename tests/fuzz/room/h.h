#ifndef LIMIT
#define LIMIT 3
#define TWICE(x) ((x) * 2)
struct pair { int a; long b : 7; char name[LIMIT]; };
enum color { RED, GREEN = 5 };
#endif
