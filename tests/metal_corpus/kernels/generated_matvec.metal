// SPDX-License-Identifier: MIT
// As a code generator writes it: numbered names, everything unrolled, vectors by casts, the size in the text.
#include <metal_stdlib>
using namespace metal;
kernel void r_8_16_4_12(device float* data0, device float* data1, device half* data2, uint3 gid [[threadgroup_position_in_grid]], uint3 lid [[thread_position_in_threadgroup]]) {
  threadgroup __attribute__((aligned(16))) float temp0[64];
  int gidx0 = gid.x; /* 8 */
  int lidx0 = lid.x; /* 16 */
  int alu0 = ((gidx0*768)+(lidx0*12));
  float acc0 = 0.0f;
  float acc1 = 0.0f;
  float acc2 = 0.0f;
  float acc3 = 0.0f;
  for (int ridx0 = 0; ridx0 < 3; ridx0++) {
    int alu1 = (ridx0<<2);
    float4 val0 = *((device float4*)((data1+(alu0+alu1))));
    float4 val1 = *((device float4*)((data1+(alu0+alu1+192))));
    float4 val2 = *((device float4*)((data1+(alu0+alu1+384))));
    float4 val3 = *((device float4*)((data1+(alu0+alu1+576))));
    half4 val4 = *((device half4*)((data2+((lidx0*12)+alu1))));
    float cast0 = ((float)(val4.x));
    float cast1 = ((float)(val4.y));
    float cast2 = ((float)(val4.z));
    float cast3 = ((float)(val4.w));
    acc0 = (acc0+(val0.x*cast0)+(val0.y*cast1)+(val0.z*cast2)+(val0.w*cast3));
    acc1 = (acc1+(val1.x*cast0)+(val1.y*cast1)+(val1.z*cast2)+(val1.w*cast3));
    acc2 = (acc2+(val2.x*cast0)+(val2.y*cast1)+(val2.z*cast2)+(val2.w*cast3));
    acc3 = (acc3+(val3.x*cast0)+(val3.y*cast1)+(val3.z*cast2)+(val3.w*cast3));
  }
  *((threadgroup float4*)((temp0+(lidx0<<2)))) = float4(acc0,acc1,acc2,acc3);
  threadgroup_barrier(mem_flags::mem_threadgroup);
  if (((bool)(lidx0)!=1)) {
    float acc4 = 0.0f;
    float acc5 = 0.0f;
    float acc6 = 0.0f;
    float acc7 = 0.0f;
    for (int ridx1 = 0; ridx1 < 16; ridx1++) {
      float4 val5 = *((threadgroup float4*)((temp0+(ridx1<<2))));
      acc4 = (acc4+val5.x);
      acc5 = (acc5+val5.y);
      acc6 = (acc6+val5.z);
      acc7 = (acc7+val5.w);
    }
    *((device float4*)((data0+(gidx0<<2)))) = float4(acc4,acc5,acc6,acc7);
  }
}
