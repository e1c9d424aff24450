// SPDX-License-Identifier: MIT
// Element by element: activation functions as function objects, one template for all of them and for all types.
#include <metal_stdlib>
#include <metal_math>
using namespace metal;

// Metal has no erf: Abramowitz and Stegun 7.1.26, good to 1.5e-7.
inline float erf_approx(float x) {
  const float t = 1.0f / (1.0f + 0.3275911f * fabs(x));
  const float poly =
      t * (0.254829592f + t * (-0.284496736f + t * (1.421413741f + t * (-1.453152027f + t * 1.061405429f))));
  return copysign(1.0f - poly * exp(-x * x), x);
}

struct Gelu {
  template <typename T>
  T operator()(T x) {
    const float f = static_cast<float>(x);
    return static_cast<T>(0.5f * f * (1.0f + erf_approx(f * M_SQRT1_2_F)));
  }
};

struct GeluTanh {
  template <typename T>
  T operator()(T x) {
    const float f = static_cast<float>(x);
    return static_cast<T>(0.5f * f * (1.0f + precise::tanh(0.79788456080286535587989211986876f * f * (1.0f + 0.044715f * f * f))));
  }
};

struct Silu {
  template <typename T>
  T operator()(T x) {
    const float f = static_cast<float>(x);
    return static_cast<T>(f / (1.0f + metal::exp(-f)));
  }
};

struct Relu {
  template <typename T>
  T operator()(T x) {
    return x > T(0) ? x : T(0);
  }
};

struct Negative {
  template <typename T>
  T operator()(T x) {
    return -x;
  }
};

template <typename T, typename Op>
[[kernel]] void unary_v(
    device const T* in,
    device T* out,
    constant uint& size,
    uint index [[thread_position_in_grid]]) {
  if (index < size) {
    out[index] = Op()(in[index]);
  }
}

#define instantiate_unary(name, tname, type, op) \
  template [[host_name(#name "_" #tname)]] [[kernel]] decltype(unary_v<type, op>) unary_v<type, op>;

#define instantiate_unary_float(name, op)            \
  instantiate_unary(name, float16, half, op)         \
  instantiate_unary(name, bfloat16, bfloat, op)      \
  instantiate_unary(name, float32, float, op)

instantiate_unary_float(gelu, Gelu)
instantiate_unary_float(gelu_tanh, GeluTanh)
instantiate_unary_float(silu, Silu)
instantiate_unary_float(relu, Relu)
instantiate_unary(negative, int16, short, Negative)

// Gated: silu(a) * b on vectors of four.
kernel void swiglu(
    device const half4* a [[buffer(0)]],
    device const half4* b [[buffer(1)]],
    device half4* out [[buffer(2)]],
    constant uint& vectors [[buffer(3)]],
    uint tid [[thread_position_in_grid]]) {
  if (tid >= vectors)
    return;
  const float4 x = float4(a[tid]);
  const float4 y = float4(b[tid]);
  out[tid] = half4(x / (1.0f + exp(-x)) * y);
}
