// SPDX-License-Identifier: MIT
// Particles that attract each other, in tightly packed structs, the others' places staged in threadgroup
// memory; and a skeleton that moves points by its matrices.
#include <metal_stdlib>
using namespace metal;

struct Particle {
  packed_float3 position;
  float mass;
  packed_float3 velocity;
  ushort age;
  bool alive;
};
static_assert(sizeof(Particle) == 32, "as the host writes it");

struct World {
  float3 wind; // 16 bytes
  float dt;
  float softening;
  uint count;
};
static_assert(sizeof(World) == 32, "as the host writes it");

#define GROUP 64

kernel void attract(
    device const Particle* before [[buffer(0)]],
    device Particle* after [[buffer(1)]],
    constant World& world [[buffer(2)]],
    uint i [[thread_position_in_grid]],
    uint lid [[thread_position_in_threadgroup]]) {
  threadgroup float4 others[GROUP];
  const bool exists = i < world.count;
  const float3 here = exists ? float3(before[i].position) : float3(0.0f);
  float3 pull = 0.0f;

  for (uint first = 0; first < world.count; first += GROUP) {
    const uint j = first + lid;
    others[lid] = j < world.count && before[j].alive ? float4(before[j].position, before[j].mass) : float4(0.0f);
    threadgroup_barrier(mem_flags::mem_threadgroup);
    for (ushort k = 0; k < GROUP; k++) {
      const float3 d = others[k].xyz - here;
      const float r2 = length_squared(d) + world.softening;
      pull += others[k].w * d * (1.0f / (r2 * sqrt(r2)));
    }
    threadgroup_barrier(mem_flags::mem_threadgroup);
  }
  if (!exists)
    return;

  const float3 velocity = before[i].velocity + (pull + world.wind) * world.dt;
  after[i].position = packed_float3(here + velocity * world.dt);
  after[i].velocity = packed_float3(velocity);
  after[i].mass = before[i].mass;
  after[i].age = before[i].age + 1;
  after[i].alive = before[i].alive && all(fabs(here) < float3(100.0f));
}

struct Bone {
  float4x4 pose;
};

kernel void skin(
    device const packed_float3* points [[buffer(0)]],
    device const packed_short4* bone_indices [[buffer(1)]],
    device const half4* bone_weights [[buffer(2)]],
    constant Bone* bones [[buffer(3)]],
    device packed_float3* moved [[buffer(4)]],
    constant uint& count [[buffer(5)]],
    uint i [[thread_position_in_grid]]) {
  if (i >= count)
    return;
  const float4 p = float4(points[i], 1.0f);
  const short4 which = bone_indices[i];
  const float4 weights = float4(bone_weights[i]);
  float4 sum = float4(0.0f);
  for (int b = 0; b < 4; b++) {
    sum += weights[b] * (bones[which[b]].pose * p);
  }
  moved[i] = sum.xyz;
}
