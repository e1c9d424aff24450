// SPDX-License-Identifier: MIT
// Every lane calls every function of lanes.def, with scalars of four rows of values and with vectors of them.
#include <metal_stdlib>
using namespace metal;

// r[k * 32 + lane] from x and f there; answers how many components of vectors disagree with the scalars.
template <class T, class F>
long each(F call, const thread T* x, const thread T* f, thread T* r, uint lane) {
  long wrong = 0;
  for (uint k = 0; k < 4; ++k)
    r[k * 32 + lane] = call(x[k * 32 + lane], f[k * 32 + lane]);
  auto vectors = [&](auto v) {
    auto w = v;
    constexpr int n = metal_host::count_of<decltype(v)>;
    for (int k = 0; k < n; ++k) {
      v[k] = x[k * 32 + lane];
      w[k] = f[k * 32 + lane];
    }
    auto const got = call(v, w);
    for (int k = 0; k < n; ++k) {
      T const one = got[k];
      wrong += __builtin_memcmp(&one, &r[k * 32 + lane], sizeof(T)) != 0;
    }
  };
  vectors(vec<T, 2>());
  vectors(vec<T, 3>());
  vectors(vec<T, 4>());
  return wrong;
}

template <class T, bool Simd>
long all(const thread T* x, const thread T* f, thread T* r, uint lane) {
  long wrong = 0;
#define MOVE(call, width, from)                                                                              \
  if constexpr (Simd || width == 4)                                                                          \
    wrong += each<T>([&](auto x, auto f) { return call; }, x, f, r, lane);                                   \
  r += 128;
#define FOLD(call, how, neutral, first, last)                                                                \
  if constexpr (Simd || #call[0] == 'q')                                                                     \
    wrong += each<T>([&](auto x, auto f) { return call; }, x, f, r, lane);                                   \
  r += 128;
#define BITS(call, how, neutral, first, last)                                                                \
  if constexpr (is_integral_v<T> && (Simd || #call[0] == 'q'))                                               \
    wrong += each<T>([&](auto x, auto f) { return call; }, x, f, r, lane);                                   \
  r += 128;
#include "lanes.def"
#undef MOVE
#undef FOLD
#undef BITS
  return wrong;
}

#define ALL(T, name, simd)                                                                                   \
  extern "C" long metal_lanes_##name(const T* x, const T* f, T* r, uint lane) {                              \
    return all<T, simd>(x, f, r, lane);                                                                      \
  }
ALL(uchar, uchar, true)
ALL(short, short, true)
ALL(int, int, true)
ALL(uint, uint, true)
ALL(half, half, true)
ALL(bfloat, bfloat, true)
ALL(float, float, true)
ALL(ulong, ulong, false)

// Votes of lanes: bits in the order of the host's expectations.
extern "C" void metal_votes(bool yes, uint* r) {
  r[0] = uint((simd_vote::vote_t)simd_ballot(yes));
  r[1] = uint((simd_vote::vote_t)simd_active_threads_mask());
  r[2] = simd_all(yes);
  r[3] = simd_any(yes);
  r[4] = simd_is_first();
  r[5] = simd_ballot(true).all();
  r[6] = simd_ballot(false).any();
  r[7] = uint((quad_vote::vote_t)quad_ballot(yes));
  r[8] = uint((quad_vote::vote_t)quad_active_threads_mask());
  r[9] = quad_all(yes);
  r[10] = quad_any(yes);
  r[11] = quad_is_first();
  r[12] = quad_ballot(true).all();
}

// 8 x 8 matrices: a and b of any element type, the sum in float.
template <class A, class B, class D>
void multiply(const thread A* a, const thread B* b, thread D* d, thread float* elements, uint lane) {
  auto ga = (device const A*)(ulong)a;
  auto gb = (threadgroup const B*)(ulong)b;
  auto gd = (device D*)(ulong)d;
  simdgroup_matrix<A, 8, 8> ma, mt;
  simdgroup_matrix<B, 8, 8> mb;
  simdgroup_matrix<D, 8, 8> md = make_filled_simdgroup_matrix<D, 8, 8>(D(2.0f)), product, diagonal(D(3.0f));
  simdgroup_load(ma, ga, 10);                           // rows of 10
  simdgroup_load(mb, gb, 8, ulong2(0, 0), true);        // transposed
  simdgroup_load(mt, ga, 10, ulong2(1, 2));             // from column 1, row 2
  simdgroup_multiply(product, ma, mb);
  simdgroup_store(product, gd, 8);
  simdgroup_multiply_accumulate(md, ma, mb, md);
  simdgroup_store(md, gd + 64, 8);
  simdgroup_store(product, gd + 128, 8, ulong2(0, 0), true);
  simdgroup_store(diagonal, gd + 192, 9, ulong2(1, 1)); // 9 columns
  simdgroup_matrix<A, 8, 8> square = ma * mt;
  for (int i = 0; i < 2; ++i) {
    elements[lane * 4 + i] = float(ma.thread_elements()[i]);
    elements[lane * 4 + 2 + i] = float(square.thread_elements()[i]);
  }
}
extern "C" void metal_multiply_float(const float* a, const float* b, float* d, float* e, uint lane) {
  multiply(a, b, d, e, lane);
}
extern "C" void metal_multiply_half(const half* a, const half* b, float* d, float* e, uint lane) {
  multiply(a, b, d, e, lane);
}
extern "C" void metal_multiply_bfloat(const bfloat* a, const bfloat* b, float* d, float* e, uint lane) {
  multiply(a, b, d, e, lane);
}
extern "C" void metal_multiply_half_half(const half* a, const half* b, half* d, float* e, uint lane) {
  multiply(a, b, d, e, lane);
}

// What these do has no defined answer: the machine is told.
extern "C" void metal_out_of_range(uint lane) {
  simd_shuffle(lane, 40);
  quad_broadcast(lane, 4);
  simd_shuffle_and_fill_up(lane, lane, 1, 3);
}
extern "C" void metal_barriers() {
  threadgroup_barrier(mem_flags::mem_threadgroup);
  simdgroup_barrier(mem_flags::mem_device | mem_flags::mem_threadgroup);
#line 4242 "barriers.metal"
  threadgroup_barrier(mem_flags::mem_none);
  atomic_thread_fence(mem_flags::mem_device, memory_order_seq_cst, thread_scope_simdgroup);
}
