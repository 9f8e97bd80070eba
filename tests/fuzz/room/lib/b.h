#pragma once
typedef struct { unsigned short s[4]; void *p; } four;
