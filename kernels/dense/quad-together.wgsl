// The left matrix's fours, each read by one invocation of a quad and handed to the others in a register.

fn own(place: u32, along: u32) -> vec4f { return left(place, along); }
fn of_lane0(value: vec4f, place: u32, along: u32) -> vec4f { return quadBroadcast(value, 0u); }
fn of_lane1(value: vec4f, place: u32, along: u32) -> vec4f { return quadBroadcast(value, 1u); }
fn of_lane2(value: vec4f, place: u32, along: u32) -> vec4f { return quadBroadcast(value, 2u); }
fn of_lane3(value: vec4f, place: u32, along: u32) -> vec4f { return quadBroadcast(value, 3u); }
