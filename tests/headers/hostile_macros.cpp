// SPDX-License-Identifier: MIT
// Enigma's headers keep their meaning after headers that define everyday words as macros. What Enigma itself
// builds on comes first: only Enigma's own text is on trial here.
#include <complex.h> // defines I

#include <algorithm>
#include <atomic>
#include <boost/hana/define_struct.hpp>
#include <boost/hana/integral_constant.hpp>
#include <boost/hana/tuple.hpp>
#include <chrono>
#include <condition_variable>
#include <fmt/format.h>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#undef I
#define I 42                        // complex.h
#define major(device) (device >> 8) // sys/sysmacros.h
#define minor(device) (device)      // sys/sysmacros.h
#define _(text) text                // libintl users
#define B0 0                        // termios.h
#define ECHO 8                      // termios.h
#define ERROR 0                     // windows.h
#define OK 0                        // curses.h
#define IN                          // windows.h
#define OUT                         // windows.h
#define TRUE 1
#define FALSE 0
#define YES 1 // objc.h
#define NO 0  // objc.h
#define nil 0 // objc.h
#define DEBUG 1
#define NDEBUG 1

#include <enigma/enigma.hpp>

static_assert(I == 42);
